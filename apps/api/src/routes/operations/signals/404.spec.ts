import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { formatTypeId, newUuid } from '@holdfast/kernel';
import { type ApiClient, idOf } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const key = (value: string) => ({ 'idempotency-key': value });
const create = async () => idOf(await client.create({ type: 'test.echo' }));

describe('POST /operations/{id}/signals/{name}, 404', () => {
  test('404: an operation that is unknown or of another tenant', async () => {
    const unknown = formatTypeId('opn', newUuid(Date.now(), 3));
    expectProblem(await client.post(`/operations/${unknown}/signals/go`, key('k'), {}), 'operation-not-found');
    const foreign = await create();
    expectProblem(await api.client().post(`/operations/${foreign}/signals/go`, key('k'), {}), 'operation-not-found');
  });
});
