import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, moveToSucceeded } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/explain, 410', () => {
  test('erased: how it had ended', async () => {
    const client = api.client();
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToSucceeded(api.pool, id);
    await client.call(`/operations/${id}`, { method: 'DELETE' });
    expectProblem(await client.get(`/operations/${id}/explain`), 'operation-purged', {
      operationId: id,
      operationStatus: 'succeeded',
      purgedAt: expect.stringMatching(/Z$/),
    });
  });
});
