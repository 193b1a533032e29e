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

const STREAM = { accept: 'text/event-stream' };

describe('GET /operations/{id}/events, 404', () => {
  test.each([{}, STREAM])('404: unknown, malformed, or another tenant’s (%j)', async (headers) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    for (const unknown of [formatTypeId('opn', newUuid(Date.now(), 4)), 'nonsense']) {
      expectProblem(await client.get(`/operations/${unknown}/events`, headers), 'operation-not-found');
    }
    expectProblem(await api.client().get(`/operations/${id}/events`, headers), 'operation-not-found');
  });
});
