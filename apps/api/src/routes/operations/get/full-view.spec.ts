import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ApiClient,
  backdate,
  idOf,
  moveToFailed,
  moveToRunning,
  moveToSucceeded,
  seedAttempt,
  seedStep,
} from '@holdfast/testkit';
import { expectNotLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = (id = TRACE) => ({ traceparent: `00-${id}-b7ad6b7169203331-01` });
const full = async (id: string, headers = {}) => client.get(`/operations/${id}?view=full`, headers);

describe('GET /operations/{id}?view=full', () => {
  test('adds requests, attempts and steps to the operation, and takes nothing away', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const plain = await client.get(`/operations/${id}`);
    const answer = await full(id);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ ...plain.json, requests: [expect.any(Object)], attempts: [], steps: [] });
    expectNotLocated(answer);
    expectRetryAfter(answer, true);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  });

  test('requests: the create and every replay, with what the client said of its own retries', async () => {
    const other = 'f'.repeat(32);
    const id = idOf(await client.create({ type: 'test.echo' }, 'asked', traceparent()));
    const hints = { 'idempotency-attempt': '2;max=5;reason=timeout', ...traceparent(other) };
    await client.create({ type: 'test.echo' }, 'asked', hints);
    await client.create({ type: 'test.echo' }, 'asked', { 'x-stainless-retry-count': '2' });
    await api.engine.requests.settled();
    const time = expect.stringMatching(/Z$/);
    expect((await full(id)).json?.['requests']).toEqual([
      { time, outcome: 'created', attempt: null, max: null, reason: null, traceId: TRACE },
      { time, outcome: 'replayed', attempt: 2, max: 5, reason: 'timeout', traceId: other },
      { time, outcome: 'replayed', attempt: 3, max: null, reason: null, traceId: null },
    ]);
    expect((await client.get(`/operations/${id}`)).headers.get('etag')).toBe('"1"');
  });

  test('requests: a create that was a repeat itself is written down; a first one costs no row', async () => {
    const hinted = idOf(await client.create({ type: 'test.echo' }, 'late', { 'idempotency-attempt': '3;reason=user' }));
    await client.create({ type: 'test.echo' }, 'first', { 'idempotency-attempt': '1;max=3' });
    await api.engine.requests.settled();
    expect((await full(hinted)).json?.['requests']).toMatchObject([{ outcome: 'created', attempt: 3, reason: 'user' }]);
    const { rows } = await api.pool.query<{ count: string }>(
      `select count(*) from holdfast.operation_requests r join holdfast.operations o on o.id = r.operation_id
        where o.idempotency_key = 'first' and o.tenant = $1`,
      [client.caller.tenant],
    );
    expect(rows[0]?.count).toBe('0');
  });

  test('attempts: those that ended without success, and the current one', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const error = { code: 'upstream', message: 'It was away.', retryable: true, effect: 'none' };
    await seedAttempt(api.pool, id, { number: 1, fence: 1, outcome: 'retry', endedAgo: 5_000, error });
    await seedAttempt(api.pool, id, { number: 2, fence: 2, outcome: 'lose', endedAgo: 3_000, error });
    await moveToRunning(api.pool, id);
    await api.pool.query('update holdfast.operations set attempt = 3, fence = 3 where tenant = $1 and fence = 1', [
      client.caller.tenant,
    ]);
    expect((await full(id)).json?.['attempts']).toMatchObject([
      { number: 1, outcome: 'failed', error, endedAt: expect.any(String) },
      { number: 2, outcome: 'lost' },
      { number: 3, outcome: 'running', endedAt: null, error: null },
    ]);
    await moveToSucceeded(api.pool, id);
    const attempts = (await full(id)).json?.['attempts'] as object[];
    expect(attempts.at(-1)).toMatchObject({ number: 3, outcome: 'succeeded', endedAt: expect.any(String) });
  });

  test('steps: in the order in which they began, each with its status, none with its output', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await backdate(api.pool, id, 10_000);
    await moveToRunning(api.pool, id);
    const error = { code: 'no', message: 'No.', retryable: false, effect: 'none' };
    await seedStep(api.pool, id, { name: 'quote', finishedAgo: 9_000, output: 'tulip' });
    await seedStep(api.pool, id, { name: 'quote', ordinal: 1, finishedAgo: 8_000, output: 'tulip' });
    await seedStep(api.pool, id, { name: 'nap', kind: 'sleep', startedAgo: 7_000, finishedAgo: null, dueIn: -6_000 });
    await seedStep(api.pool, id, { name: 'book', kind: 'transaction', startedAgo: 5_000, finishedAgo: 4_500 });
    await seedStep(api.pool, id, { name: 'mail', finishedAgo: 4_000, error });
    await seedStep(api.pool, id, { name: 'yes?', kind: 'signal', startedAgo: 3_000, finishedAgo: null, dueIn: 60_000 });
    await seedStep(api.pool, id, { name: 'charge', startedAgo: 2_000, finishedAgo: null });
    const answer = await full(id);
    const steps = answer.json?.['steps'] as Record<string, unknown>[];
    expect(steps.map(({ name, ordinal, kind, status }) => [kind, name, ordinal, status].join(' '))).toEqual([
      'step quote 0 completed',
      'step quote 1 completed',
      'sleep nap 0 completed',
      'transaction book 0 completed',
      'step mail 0 failed',
      'signal yes? 0 waiting',
      'step charge 0 running',
    ]);
    expect(steps[0]).toMatchObject({ startedAt: null, finishedAt: expect.any(String), fence: 1 });
    expect(steps[3]).toMatchObject({ startedAt: expect.any(String) });
    expect(steps[4]).toMatchObject({ error });
    expect(answer.text).not.toContain('tulip');
    await moveToFailed(api.pool, id);
    const later = (await full(id)).json?.['steps'] as Record<string, unknown>[];
    expect(later.slice(-2).map(({ status }) => status)).toEqual(['abandoned', 'undecided']);
  });

  test('304: an ETag of its own, strong, over what is in it', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }, 'tagged'));
    const first = await full(id);
    const etag = first.headers.get('etag') as string;
    expect(etag).toMatch(/^"1-full-[\w-]{22}"$/);
    const unchanged = await full(id, { 'if-none-match': etag });
    expect([unchanged.status, unchanged.text, unchanged.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await client.get(`/operations/${id}`, { 'if-none-match': etag })).status).toBe(200);
    expect((await full(id, { 'if-none-match': '"1"' })).status).toBe(200);
    await client.create({ type: 'test.echo' }, 'tagged');
    await api.engine.requests.settled();
    const replayed = await full(id, { 'if-none-match': etag });
    expect(replayed.status).toBe(200);
    expect(replayed.headers.get('etag')).toMatch(/^"1-full-/);
    await seedStep(api.pool, id, { name: 'one' });
    expect((await full(id)).headers.get('etag')).not.toBe(replayed.headers.get('etag'));
  });

  test('a held poll answers with the story at the end', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const etag = (await full(id)).headers.get('etag') as string;
    const held = full(id, { prefer: 'wait=20', 'if-none-match': etag });
    await moveToSucceeded(api.pool, id, 1);
    const answer = await held;
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    expect(answer.json).toMatchObject({ status: 'succeeded', result: 1, steps: [] });
  });

  test.each(['view=fuller', 'view=', 'view=full&view=full'])('400: %s is no view', async (query) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    expectProblem(await client.get(`/operations/${id}?${query}`), 'parameter-invalid');
  });
});
