import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, moveToFailed, SOME_ERROR } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/result, 424', () => {
  test('failed: a problem with the error of the operation, also for a client that knows its ETag', async () => {
    const client = api.client();
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToFailed(api.pool, id);
    for (const headers of [{}, { 'if-none-match': '*' }]) {
      expectProblem(await client.get(`/operations/${id}/result`, headers), 'operation-failed', {
        detail: SOME_ERROR.message,
        error: { code: SOME_ERROR.code, message: SOME_ERROR.message },
        operationId: id,
        operationStatus: 'failed',
      });
    }
  });

  test('canceled: likewise', async () => {
    const client = api.client();
    const id = idOf(await client.create({ type: 'test.echo' }));
    await client.post(`/operations/${id}/cancel`);
    expectProblem(await client.get(`/operations/${id}/result`), 'operation-canceled', {
      error: { code: 'canceled', message: expect.stringMatching(/\S/) },
      operationId: id,
      operationStatus: 'canceled',
    });
  });
});
