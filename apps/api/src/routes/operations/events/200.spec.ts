import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  type ApiClient,
  backdate,
  idOf,
  moveToFailed,
  moveToRunning,
  moveToSucceeded,
  seedAttempt,
  seedStep,
} from '@holdfast/testkit';
import { expectNotLocated } from '../../../testing/expect-headers.js';
import { PUBLIC_URL, type ServedApi, serveApi } from '../../../testing/serve-api.js';

interface Event {
  readonly id: number;
  readonly type: string;
  readonly time: string;
  readonly data: Record<string, unknown>;
}

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const listOf = ({ json }: Answer) => json?.['events'] as Event[];
const eventsOf = async (id: string) => listOf(await client.get(`/operations/${id}/events?pageSize=200`));
const typesOf = async (id: string) => (await eventsOf(id)).map(({ type }) => type);

describe('GET /operations/{id}/events, 200', () => {
  test('tells the whole story in order, from rows that were written anyway', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }, 'story'));
    await backdate(api.pool, id, 60_000);
    await moveToRunning(api.pool, id);
    await backdate(api.pool, id, 50_000);
    const error = { code: 'worker_lost', message: 'Gone.', retryable: true, effect: 'unknown', details: { a: 1 } };
    await seedStep(api.pool, id, { name: 'quote', fence: 1, finishedAgo: 40_000, output: 'tulip' });
    await seedAttempt(api.pool, id, { number: 1, fence: 1, outcome: 'lose', endedAgo: 30_000, error });
    await seedStep(api.pool, id, { name: 'charge', fence: 2, finishedAgo: 20_000 });
    await seedStep(api.pool, id, {
      name: 'nap',
      kind: 'sleep',
      fence: 2,
      startedAgo: 15_000,
      finishedAgo: null,
      dueIn: -9_000,
    });
    await seedStep(api.pool, id, { name: 'mail', fence: 3, finishedAgo: 5_000, error });
    await client.post(`/operations/${id}/signals/go`, { 'idempotency-key': 's' }, { payload: 'tulip' });
    await client.create({ type: 'test.echo' }, 'story', { 'idempotency-attempt': '2;reason=timeout' });
    await api.engine.requests.settled();
    await client.post(`/operations/${id}/cancel`);
    await moveToSucceeded(api.pool, id, 'tulip');
    const answer = await client.get(`/operations/${id}/events`);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expectNotLocated(answer);
    expect(answer.text).not.toContain('tulip');
    const events = listOf(answer);
    expect(events.map(({ type }) => type)).toEqual([
      'operation.created',
      'operation.started',
      'step.completed',
      'attempt.lost',
      'step.rerun',
      'step.completed',
      'operation.waiting',
      'step.failed',
      'signal.received',
      'request.replayed',
      'cancel.requested',
      'operation.succeeded',
    ]);
    const data = Object.fromEntries(events.map((event) => [event.type, event.data]));
    expect(data).toMatchObject({
      'attempt.lost': { number: 1, error: { code: 'worker_lost' } },
      'step.rerun': { kind: 'step', name: 'charge', ordinal: 0, lostAttempt: 1 },
      'operation.waiting': { reason: 'timer', name: 'nap', until: expect.stringMatching(/Z$/) },
      'signal.received': { name: 'go' },
      'request.replayed': { attempt: 2, reason: 'timeout' },
    });
  });

  test('ids are positive safe integers that grow, and stay what they are as the story goes on', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToRunning(api.pool, id);
    await Promise.all(Array.from({ length: 10 }, (_, n) => seedStep(api.pool, id, { name: `s-${n}` })));
    const before = await eventsOf(id);
    await moveToFailed(api.pool, id);
    const failed = await eventsOf(id);
    await client.post(`/operations/${id}/resume`, {}, { fromStep: 's-0' });
    const resumed = await eventsOf(id);
    expect(before.length).toBe(12);
    expect(failed.slice(0, before.length)).toEqual(before);
    expect(resumed.slice(0, failed.length)).toEqual(failed);
    expect(resumed.at(-1)).toMatchObject({ type: 'operation.resumed', data: { fromStep: 's-0' } });
    const ids = resumed.map((event) => event.id);
    expect(ids.every((each) => Number.isSafeInteger(each) && each > 0)).toBe(true);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });

  test('a cancel and the end it caused are told in that order', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await client.post(`/operations/${id}/cancel`);
    expect(await typesOf(id)).toEqual(['operation.created', 'cancel.requested', 'operation.canceled']);
  });

  test('the end of an earlier life is still told after a resume', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToFailed(api.pool, id);
    await client.post(`/operations/${id}/resume`, {}, { reason: 'the bank is back' });
    await moveToSucceeded(api.pool, id);
    const events = await eventsOf(id);
    expect(events.map(({ type }) => type)).toEqual([
      'operation.created',
      'operation.started',
      'operation.failed',
      'operation.resumed',
      'operation.succeeded',
    ]);
    expect(events[2]?.data).toMatchObject({ error: { code: 'card_declined' } });
    expect(events[3]?.data).toMatchObject({ reason: 'the bank is back', fromStep: null, decision: null });
  });

  test('pages follow each other without a gap, each with a link to the next', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    for (let n = 0; n < 9; n += 1) await seedStep(api.pool, id, { name: `s-${n}` });
    const seen: Event[] = [];
    let path: string | null = `/operations/${id}/events?pageSize=4`;
    let pages = 0;
    while (path !== null) {
      const page: Answer = await client.get(path);
      seen.push(...listOf(page));
      pages += 1;
      const next = /^<(.*)>; rel="next"$/.exec(page.headers.get('link') ?? '')?.[1];
      expect(next === undefined).toBe(page.json?.['nextPageToken'] === null);
      path = next?.slice(PUBLIC_URL.length) ?? null;
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(await eventsOf(id));
  });
});
