import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, moveToSucceeded, purge } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operations/by-key/{key}, 410', () => {
  test('purged: which operation it was and how it ended', async () => {
    const client = api.client();
    const id = idOf(await client.create({ type: 'test.charge', input: { amount: 1 } }, 'gone'));
    await moveToSucceeded(api.pool, id);
    await purge(api.pool, id);
    expectProblem(await client.get('/operations/by-key/gone'), 'operation-purged', {
      operationId: id,
      operationStatus: 'succeeded',
      purgedAt: expect.stringMatching(/Z$/),
    });
  });
});
