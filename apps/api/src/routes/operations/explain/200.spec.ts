import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Answer,
  type ApiClient,
  backdate,
  idOf,
  memberOf,
  moveToFailed,
  moveToRunning,
  moveToSucceeded,
  seedAttempt,
  seedWorker,
} from '@holdfast/testkit';
import { expectNotLocated } from '../../../testing/expect-headers.js';
import { PUBLIC_URL, type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const explain = (id: string, query = '') => client.get(`/operations/${id}/explain${query}`);
const codes = (answer: Answer, list = 'reasons') =>
  (memberOf(answer, list) as { code: string }[]).map(({ code }) => code);
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe('GET /operations/{id}/explain, 200', () => {
  test('says in a sentence and as data why a new operation does not run, and what moves it next', async () => {
    const created = await client.create({ type: 'test.echo' });
    const id = idOf(created);
    expect(created.json?.['links']).toMatchObject({ explain: `${PUBLIC_URL}/operations/${id}/explain` });
    const answer = await explain(id);
    expect(answer.status).toBe(200);
    const detail = expect.stringMatching(/^It is due, and no/);
    expect(answer.json).toEqual({
      operationId: id,
      status: 'pending',
      asOf: INSTANT,
      summary: detail,
      reasons: [{ code: expect.stringMatching(/^no_worker/), detail, data: expect.any(Object) }],
      next: { event: 'claim', at: null, detail: expect.any(String) },
      retries: [],
      requests: [
        {
          number: 1,
          code: 'created',
          detail: expect.any(String),
          at: created.json?.['createdAt'],
          attempt: null,
          max: null,
          reason: null,
          traceId: null,
        },
      ],
    });
  });

  test('may not be kept by anybody, and says nothing of where the operation is', async () => {
    const answer = await explain(idOf(await client.create({ type: 'test.echo' })));
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('etag')).toBeNull();
    expectNotLocated(answer);
  });

  test('instants have the form of all instants of this interface', async () => {
    const runAt = new Date(Date.now() + 60_000).toISOString();
    const { json } = await explain(idOf(await client.create({ type: 'test.echo', runAt })));
    expect(json).toMatchObject({ reasons: [{ code: 'scheduled', data: { until: runAt } }], next: { at: runAt } });
  });

  test('what each retry was for', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await backdate(api.pool, id, 60_000);
    const error = { code: 'upstream', message: 'It was away.', retryable: true, effect: 'none' };
    await seedAttempt(api.pool, id, { number: 1, fence: 1, outcome: 'retry', endedAgo: 5_000, error });
    await moveToRunning(api.pool, id);
    await api.pool.query('update holdfast.operations set attempt = 2, fence = 2 where tenant = $1 and fence = 1', [
      client.caller.tenant,
    ]);
    expect((await explain(id)).json).toMatchObject({
      status: 'running',
      retries: [
        { code: 'attempt_failed', attempt: 2, at: INSTANT, after: { attempt: 1, error: { code: 'upstream' } } },
      ],
    });
  });

  test('why each request was answered by a replay; one of them by its number', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }, 'asked'));
    await client.create({ type: 'test.echo' }, 'asked', { 'idempotency-attempt': '2;reason=timeout' });
    await moveToSucceeded(api.pool, id);
    await client.create({ type: 'test.echo' }, 'asked', { 'idempotency-attempt': '3;max=5' });
    await api.engine.requests.settled();
    expect(codes(await explain(id), 'requests')).toEqual(['created', 'replayed', 'replayed_after_end']);
    const { json } = await explain(id, '?request=2');
    expect(json?.['requests']).toMatchObject([{ number: 2, code: 'replayed', attempt: 2, reason: 'timeout' }]);
    expect((await explain(id, '?request=4')).json?.['requests']).toEqual([]);
  });

  test('how a failed operation can go on', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToFailed(api.pool, id);
    const answer = await explain(id);
    expect(codes(answer)).toEqual(['failed_for_good', 'resumable']);
    expect(answer.json?.['next']).toMatchObject({ event: 'resume' });
  });

  test('that others come before it, and not how many of them another tenant has', async () => {
    const other = api.client();
    for (let created = 0; created < 3; created += 1) await other.create({ type: 'test.echo', priority: 100 });
    const worker = await seedWorker(api.pool, 60);
    try {
      await api.pool.query(`update holdfast.workers set types = '{test.echo}' where id = $1`, [worker]);
      const answer = await explain(idOf(await client.create({ type: 'test.echo' })));
      expect(answer.json?.['reasons']).toMatchObject([{ code: 'in_line', data: { ahead: 1, isExact: false } }]);
    } finally {
      await api.pool.query('delete from holdfast.workers where id = $1', [worker]);
    }
  });

  test('other parameters are passed over', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    expect((await explain(id, '?api-version=2024-01-01')).status).toBe(200);
  });
});
