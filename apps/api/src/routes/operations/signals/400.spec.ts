import { afterAll, beforeAll, describe, test } from '@jest/globals';
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

describe('POST /operations/{id}/signals/{name}, 400', () => {
  test('400: a key that is missing, malformed or given twice, before anything else is looked at', async () => {
    const path = `/operations/${await create()}/signals/go`;
    expectProblem(await client.post(path, {}, { payload: 1 }), 'idempotency-key-missing');
    expectProblem(await client.post(path, key('a b'), { payload: 1 }), 'idempotency-key-invalid');
    expectProblem(await client.post('/operations/none/signals/go', {}, '{'), 'idempotency-key-missing');
  });

  test('400, 415: a body that is no JSON object', async () => {
    const path = `/operations/${await create()}/signals/go`;
    expectProblem(await client.post(path, key('k'), '[1]'), 'body-invalid');
    expectProblem(await client.post(path, key('k'), '{"payload":1,"payload":2}'), 'body-invalid');
    expectProblem(
      await client.post(path, { ...key('k'), 'content-type': 'text/plain' }, 'go'),
      'media-type-unsupported',
    );
  });
});
