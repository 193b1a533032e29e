import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  type ApiClient,
  idOf,
  memberOf,
  moveToFailed,
  moveToRunning,
  moveToSucceeded,
} from '@holdfast/testkit';
import { PUBLIC_URL, type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());
beforeEach(() => {
  client = api.client();
});

const create = async (body: object = {}, key?: string) =>
  idOf(await client.create({ type: 'test.echo', ...body }, key));
const idsOf = (answer: Answer) => (memberOf(answer, 'operations') as { id: string }[]).map(({ id }) => id);
const list = (query: string) => client.get(`/operations?${query}`);

/** Ids made in one millisecond have no order, so a test that wants one waits for the next. */
async function createInOrder(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push(await create());
    const { now } = Date;
    for (const made = now(); now() === made;) await Promise.resolve();
  }
  return ids;
}

describe('GET /operations, 200', () => {
  test('of a tenant without operations is empty', async () => {
    const answer = await client.get('/operations');
    expect([answer.status, answer.json]).toEqual([200, { operations: [], nextPageToken: null }]);
    expect(answer.headers.get('link')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  });

  test('shows each operation as a poll does, newest first', async () => {
    const ids = await createInOrder(3);
    const answer = await client.get('/operations');
    expect(idsOf(answer)).toEqual(ids.toReversed());
    const polled = await client.get(`/operations/${ids[0]}`);
    expect((memberOf(answer, 'operations') as unknown[])[2]).toEqual(polled.json);
  });

  test('pages through everything once, by token and by link alike', async () => {
    const ids = await createInOrder(5);
    const byToken: string[] = [];
    const byLink: string[] = [];
    let query: string | null = 'pageSize=2&type=test.echo';
    while (query !== null) {
      const page: Answer = await list(query);
      byToken.push(...idsOf(page));
      const token = memberOf(page, 'nextPageToken') as string | null;
      query = token === null ? null : `pageSize=2&type=test.echo&pageToken=${token}`;
    }
    let path: string | null = '/operations?type=test.echo&pageSize=2';
    while (path !== null) {
      const page: Answer = await client.get(path);
      byLink.push(...idsOf(page));
      const next = /^<(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1] ?? null;
      if (next !== null) expect(next.startsWith(`${PUBLIC_URL}/operations?`)).toBe(true);
      path = next === null ? null : next.slice(PUBLIC_URL.length);
    }
    expect(byToken).toEqual(ids.toReversed());
    expect(byLink).toEqual(ids.toReversed());
  });

  test('operations that arrive while somebody pages neither repeat nor hide any', async () => {
    const ids = await createInOrder(3);
    const first = await list('pageSize=2');
    await createInOrder(2);
    const second = await list(`pageSize=2&pageToken=${memberOf(first, 'nextPageToken') as string}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids.toReversed());
    expect(second.json).toMatchObject({ nextPageToken: null });
  });

  test('filters by each status, and by several', async () => {
    const [pending, running, succeeded, failed, canceled] = await createInOrder(5);
    await moveToRunning(api.pool, running as string);
    await moveToSucceeded(api.pool, succeeded as string);
    await moveToFailed(api.pool, failed as string);
    await client.post(`/operations/${canceled}/cancel`);
    for (const [status, id] of Object.entries({ pending, running, succeeded, failed, canceled })) {
      expect([status, ...idsOf(await list(`status=${status}`))]).toEqual([status, id]);
    }
    expect(idsOf(await list('status=pending&status=failed'))).toEqual([failed, pending]);
  });

  test('filters by type, key, labels and time', async () => {
    const plain = await create();
    const charge = await create(
      { type: 'test.charge', input: { amount: 1 }, labels: { env: 'prod', team: 'a b&c' } },
      'k 1'.replace(' ', '-'),
    );
    expect(idsOf(await list('type=test.charge'))).toEqual([charge]);
    expect(idsOf(await list('type=test.none'))).toEqual([]);
    expect(idsOf(await list('idempotencyKey=k-1'))).toEqual([charge]);
    expect(idsOf(await list('label.env=prod&label.team=a%20b%26c'))).toEqual([charge]);
    expect(idsOf(await list('label.env=prod&label.team=other'))).toEqual([]);
    expect(idsOf(await list('createdBefore=2020-01-01T00:00:00Z'))).toEqual([]);
    expect(idsOf(await list('createdAfter=2020-01-01T00:00:00%2B01:00')).sort()).toEqual([plain, charge].sort());
  });

  test('a page size above the limit is cut, not refused', async () => {
    await create();
    expect((await list('pageSize=1000000000')).status).toBe(200);
  });

  test('never counts', async () => {
    expect(Object.keys((await client.get('/operations')).json ?? {}).sort()).toEqual(['nextPageToken', 'operations']);
  });

  test('shows nothing of another tenant, whatever is asked', async () => {
    await create({ labels: { env: 'prod' } }, 'mine');
    const stranger = api.client();
    for (const query of ['', 'idempotencyKey=mine', 'label.env=prod', `tenant=${client.caller.tenant}`]) {
      expect(idsOf(await stranger.get(`/operations?${query}`))).toEqual([]);
    }
  });
});
