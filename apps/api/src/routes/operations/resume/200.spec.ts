import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToRunning } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('POST /operations/{id}/resume, 200', () => {
  test('pending or running: as it is, and If-Match does not guard that', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    for (const status of ['pending', 'running']) {
      if (status === 'running') await moveToRunning(api.pool, id);
      const before = await client.get(`/operations/${id}`);
      const answer = await client.post(`/operations/${id}/resume`, { 'if-match': '"999"' });
      expect([answer.status, answer.text]).toEqual([200, before.text]);
      expectLocated(answer);
      expectRetryAfter(answer, true);
    }
  });
});
