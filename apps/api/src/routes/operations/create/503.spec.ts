import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, type PostgresProxy, startPostgresProxy, testDatabase } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let proxy: PostgresProxy;

beforeAll(async () => {
  proxy = await startPostgresProxy((await testDatabase()).url);
  api = await serveApi({ databaseUrl: proxy.url });
});
afterAll(async () => {
  await api.stop();
  await proxy.close();
});

const body = { type: 'test.echo', input: 1 };

describe('POST /operations, 503', () => {
  test('database away: a transient fault, with a time to come back, and never 500', async () => {
    const client = api.client();
    proxy.set('cut');
    const refused = await client.create(body, 'away');
    proxy.set('pass');
    expectProblem(refused, 'database-unavailable');
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect((await client.create(body, 'away')).status).toBe(202);
  });

  test('an answer of the database that got lost is settled by the same key', async () => {
    const client = api.client();
    await client.create(body, 'warm-up');
    proxy.set('lose-answers');
    const refused = await client.create(body, 'lost');
    proxy.set('pass');
    expectProblem(refused, 'database-unavailable');
    expect(proxy.hits).toBeGreaterThan(0);
    const again = await client.create(body, 'lost');
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true']);
  });

  test('draining refuses new keys, and no replay', async () => {
    const client = api.client();
    const first = await client.create(body, 'before');
    api.drain(true);
    try {
      const refused = await client.create(body, 'after');
      expectProblem(refused, 'draining');
      expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(refused.headers.get('connection')).toBe('close');
      const again = await client.create(body, 'before');
      expect([again.status, idOf(again), again.headers.get('connection')]).toEqual([202, idOf(first), 'close']);
      expect((await client.get(`/operations/${idOf(first)}`)).headers.get('connection')).toBe('close');
    } finally {
      api.drain(false);
    }
    expect((await client.create(body, 'after')).status).toBe(202);
  });
});
