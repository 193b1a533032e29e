import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ApiClient,
  idOf,
  moveToFailed,
  moveToRunning,
  moveToSucceeded,
  reportProgress,
  until,
  uuidBehind,
} from '@holdfast/testkit';
import { expectNotLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const create = async () => idOf(await client.create({ type: 'test.echo' }));
const changed = (id: string) => api.signals.publish({ kind: 'changed', uuids: [uuidBehind(id)] });

describe('GET /operations/{id}, 200', () => {
  test('the operation in every status, with its ETag, and never a location to move on to', async () => {
    const id = await create();
    const moves = {
      pending: async () => {},
      running: () => moveToRunning(api.pool, id),
      succeeded: () => moveToSucceeded(api.pool, id, 5),
    };
    const etags = new Set<string | null>();
    for (const [status, move] of Object.entries(moves)) {
      await move();
      const answer = await client.get(`/operations/${id}`);
      expect([answer.status, answer.json?.['status']]).toEqual([200, status]);
      expect(answer.headers.get('etag')).toMatch(/^"\d+"$/);
      expect(answer.headers.get('cache-control')).toBe('private, no-cache');
      expect(answer.headers.get('vary')).toBe('Accept, Authorization');
      expectRetryAfter(answer, status !== 'succeeded');
      expectNotLocated(answer);
      etags.add(answer.headers.get('etag'));
    }
    expect(etags.size).toBe(3);
  });

  test('a failed and a canceled operation are a 200 too: the request succeeded', async () => {
    const failed = await create();
    await moveToFailed(api.pool, failed);
    const canceled = await create();
    await client.post(`/operations/${canceled}/cancel`);
    for (const [id, status] of [
      [failed, 'failed'],
      [canceled, 'canceled'],
    ]) {
      const answer = await client.get(`/operations/${id}`);
      expect([answer.status, answer.json?.['status'], typeof answer.json?.['error']]).toEqual([200, status, 'object']);
      expectRetryAfter(answer, false);
    }
  });

  test('two polls of an unchanged operation are the same to the byte', async () => {
    const id = await create();
    const first = await client.get(`/operations/${id}`);
    await client.get('/openapi.json');
    expect((await client.get(`/operations/${id}`)).text).toBe(first.text);
  });

  test('unknown query parameters are ignored', async () => {
    const id = await create();
    expect((await client.get(`/operations/${id}?api-version=2024-01-01&x[$ne]=1&x=%zz`)).status).toBe(200);
  });

  test('HEAD is GET without the body', async () => {
    const id = await create();
    const get = await client.get(`/operations/${id}`);
    const head = await client.call(`/operations/${id}`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length', 'cache-control', 'vary']) {
      expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    }
  });

  test('a wait answers at the end', async () => {
    const id = await create();
    const pending = client.get(`/operations/${id}`, { prefer: 'wait=30' });
    await until(() => api.engine.watch.size === 1);
    await moveToRunning(api.pool, id);
    changed(id);
    await moveToSucceeded(api.pool, id);
    changed(id);
    const answer = await pending;
    expect([answer.status, answer.json?.['status']]).toEqual([200, 'succeeded']);
    expect(answer.headers.get('preference-applied')).toBe('wait=30');
  });

  test('a wait that runs out answers 200 with the operation, never 304', async () => {
    const id = await create();
    const answer = await client.get(`/operations/${id}`, { prefer: 'wait=1' });
    expect([answer.status, answer.json?.['status']]).toEqual([200, 'pending']);
    expect(answer.headers.get('preference-applied')).toBe('wait=1');
  });

  test('a wait with If-None-Match answers at the first change, progress included', async () => {
    const id = await create();
    await moveToRunning(api.pool, id);
    const etag = (await client.get(`/operations/${id}`)).headers.get('etag') as string;
    const pending = client.get(`/operations/${id}`, { prefer: 'wait=30', 'if-none-match': etag });
    await until(() => api.engine.watch.size === 1);
    await reportProgress(api.pool, id, { completed: 1 });
    changed(id);
    const answer = await pending;
    expect([answer.status, answer.json?.['status']]).toEqual([200, 'running']);
    expect(answer.json).toMatchObject({ progress: { completed: 1 } });
    expect(answer.headers.get('etag')).not.toBe(etag);
  });

  test('a wait with an ETag of the past answers at once', async () => {
    const id = await create();
    const answer = await client.get(`/operations/${id}`, { prefer: 'wait=30', 'if-none-match': '"0"' });
    expect([answer.status, answer.json?.['id']]).toEqual([200, id]);
  });

  test('a change that nobody announced is seen all the same', async () => {
    const id = await create();
    const pending = client.get(`/operations/${id}`, { prefer: 'wait=30' });
    await until(() => api.engine.watch.size === 1);
    await moveToSucceeded(api.pool, id);
    expect((await pending).json).toMatchObject({ status: 'succeeded' });
  });
});
