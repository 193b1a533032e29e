import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToFailed, moveToSucceeded, until, uuidBehind } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const body = { type: 'test.echo', input: { n: 1 } };

describe('POST /operations, 200', () => {
  test('new and terminal within the wait: the answer comes at the end, not at the time-out', async () => {
    const pending = client.create(body, 'waits', { prefer: 'wait=30' });
    await until(() => api.engine.watch.size === 1);
    const found = await client.get('/operations/by-key/waits');
    await moveToSucceeded(api.pool, idOf(found), { receipt: 'r1' });
    api.signals.publish({ kind: 'changed', uuids: [uuidBehind(idOf(found))] });
    const answer = await pending;
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ status: 'succeeded', result: { receipt: 'r1' } });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'preference-applied': 'wait=30',
      'idempotent-replayed': 'false',
      'cache-control': 'no-store',
    });
    expectLocated(answer);
    expectRetryAfter(answer, false);
  });

  test('same key, terminal: succeeded, failed and canceled are all replayed as they are', async () => {
    const ends = {
      succeeded: (id: string) => moveToSucceeded(api.pool, id),
      failed: (id: string) => moveToFailed(api.pool, id),
      canceled: (id: string) => client.post(`/operations/${id}/cancel`),
    };
    for (const [status, end] of Object.entries(ends)) {
      await end(idOf(await client.create(body, status)));
      const again = await client.create(body, status);
      expect([again.status, again.json?.['status']]).toEqual([200, status]);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expectLocated(again);
      expectRetryAfter(again, false);
      expect(again.json?.['error']).toEqual(
        status === 'succeeded' ? undefined : expect.objectContaining({ code: expect.any(String) }),
      );
    }
  });

  test('a replay changes nothing: the version stays what it was', async () => {
    const first = await client.create(body, 'unchanged');
    for (let repeat = 0; repeat < 3; repeat += 1) await client.create(body, 'unchanged');
    const seen = await client.get(`/operations/${idOf(first)}`);
    expect(seen.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(seen.text).toBe(first.text);
  });

  test('a wait longer than the cap is cut, and says so', async () => {
    await moveToSucceeded(api.pool, idOf(await client.create(body, 'capped')));
    const answer = await client.create(body, 'capped', { prefer: 'wait=3600' });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([200, 'wait=30']);
  });

  test('a client that leaves is no longer waited for', async () => {
    const gone = new AbortController();
    const call = client.call('/operations', {
      body,
      headers: { 'idempotency-key': 'gone', prefer: 'wait=30' },
      signal: gone.signal,
    });
    await until(() => api.engine.watch.size === 1);
    gone.abort();
    await expect(call).rejects.toThrow();
    await until(() => api.engine.watch.size === 0);
  });
});
