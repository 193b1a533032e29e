import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, moveToRunning } from '@holdfast/testkit';
import { expectNotLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/result, 202', () => {
  test('not terminal: the operation, and when to ask again', async () => {
    const client = api.client();
    const id = idOf(await client.create({ type: 'test.echo' }));
    for (const status of ['pending', 'running']) {
      if (status === 'running') await moveToRunning(api.pool, id);
      const answer = await client.get(`/operations/${id}/result`);
      expect([answer.status, answer.json?.['id'], answer.json?.['status']]).toEqual([202, id, status]);
      expectRetryAfter(answer, true);
      expectNotLocated(answer);
    }
  });
});
