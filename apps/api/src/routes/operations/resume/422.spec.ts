import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { type ApiClient, idOf, moveToFailed, moveToSucceeded, passDeadline } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const create = async () => idOf(await client.create({ type: 'test.echo' }));

describe('POST /operations/{id}/resume, 422', () => {
  test('succeeded', async () => {
    const id = await create();
    await moveToSucceeded(api.pool, id);
    expectProblem(await client.post(`/operations/${id}/resume`), 'operation-not-resumable', {
      operationId: id,
      operationStatus: 'succeeded',
    });
  });

  test('canceled', async () => {
    const id = await create();
    await client.post(`/operations/${id}/cancel`);
    expectProblem(await client.post(`/operations/${id}/resume`), 'operation-not-resumable', {
      operationId: id,
      operationStatus: 'canceled',
    });
  });

  test('a deadline that is still over, kept or sent anew', async () => {
    const id = await create();
    await moveToFailed(api.pool, id);
    await passDeadline(api.pool, id);
    for (const body of [{}, { deadline: '2020-01-01T00:00:00Z' }]) {
      expectProblem(await client.post(`/operations/${id}/resume`, {}, body), 'operation-not-resumable', {
        operationId: id,
        operationStatus: 'failed',
      });
    }
  });
});
