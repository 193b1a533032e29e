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

const echo = (input?: unknown) => ({ type: 'test.echo', ...(input === undefined ? {} : { input }) });

describe('POST /operations, 202', () => {
  test('new and not terminal: the operation is accepted, with everything a client needs to follow it', async () => {
    const answer = await client.create(echo({ n: 1 }), 'order-1');
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({
      id: expect.stringMatching(/^opn_[0-9a-hjkmnp-tv-z]{26}$/),
      type: 'test.echo',
      status: 'pending',
      idempotency: { key: 'order-1', honoredUntil: null },
    });
    expectLocated(answer);
    expectRetryAfter(answer, true);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      etag: '"1"',
      'idempotency-key': 'order-1',
      'idempotent-replayed': 'false',
      'cache-control': 'no-store',
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test('same key, same fingerprint, not terminal: the operation as it is now, marked as replayed', async () => {
    const first = await client.create(echo(2), 'order-2');
    await moveToRunning(api.pool, idOf(first));
    const again = await client.create('{"input" : 2.0,\n "type":"test.echo"}', 'order-2');
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.json).toMatchObject({ id: idOf(first), status: 'running', attempt: { number: 1 } });
    expectLocated(again);
    expectRetryAfter(again, true);
  });

  test('a quoted and a bare key are the same key, and each is echoed as it was received', async () => {
    const bare = await client.create(echo(), 'abc');
    const quoted = await client.create(echo(), '"abc";note=x');
    expect(idOf(quoted)).toBe(idOf(bare));
    expect(quoted.headers.get('idempotent-replayed')).toBe('true');
    expect(quoted.headers.get('idempotency-key')).toBe('"abc";note=x');
    expect(quoted.json).toMatchObject({ idempotency: { key: 'abc' } });
  });

  test('members that mean their default are no difference', async () => {
    const first = await client.create(echo(), 'defaults');
    const again = await client.create(
      { type: 'test.echo', input: null, delayMs: 0, runAt: null, deadline: null, priority: 5, labels: { a: 'b' } },
      'defaults',
    );
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.json).toEqual(first.json);
  });

  test('everything the envelope says is kept', async () => {
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await client.create({
      type: 'test.charge',
      input: { amount: 5 },
      runAt,
      deadline: '2999-01-01T00:00:00+02:00',
      priority: -7,
      labels: { env: 'prod', 'ä/~': '"\u2028' },
    });
    expect(answer.json).toMatchObject({
      id: expect.stringMatching(/^chg_/),
      priority: -7,
      labels: { env: 'prod', 'ä/~': '"\u2028' },
      waitingFor: { reason: 'schedule', until: runAt },
      attempt: { nextAt: runAt },
    });
    expect(Number(answer.headers.get('retry-after'))).toBe(60);
  });

  test('the trace of the caller is kept, and a malformed one is ignored', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    expect((await client.create(echo(), undefined, { traceparent })).json).toMatchObject({ traceId });
    const odd = await client.create(echo(), undefined, { traceparent: '00-zz' });
    expect([odd.status, odd.json?.['traceId']]).toEqual([202, null]);
  });

  test('a wait that ends too early still answers, and says what it waited', async () => {
    const answer = await client.create(echo(), undefined, { prefer: 'respond-async, wait=1' });
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([202, 'wait=1']);
    const malformed = await client.create(echo(), undefined, { prefer: 'wait=soon' });
    expect([malformed.status, malformed.headers.get('preference-applied')]).toEqual([202, null]);
  });

  test('many requests with one key at once create one operation', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => client.create(echo('race'), 'race')));
    expect(new Set(answers.map(idOf)).size).toBe(1);
    const fresh = answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'false');
    expect(fresh).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 202)).toHaveLength(40);
  });

  test('the same key of another tenant is another operation', async () => {
    const other = api.client();
    const mine = await client.create(echo('mine'), 'shared');
    const theirs = await other.create(echo('theirs'), 'shared');
    expect([theirs.status, theirs.headers.get('idempotent-replayed')]).toEqual([202, 'false']);
    expect(idOf(theirs)).not.toBe(idOf(mine));
  });

  test('a body of exactly 1 MiB is accepted', async () => {
    const frame = JSON.stringify(echo(''));
    const body = JSON.stringify(echo('x'.repeat(1_048_576 - frame.length)));
    expect(body).toHaveLength(1_048_576);
    expect((await client.create(body)).status).toBe(202);
  });

  test.each([
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json;',
    'application/json; v=1',
  ])('the media type %s is accepted', async (type) => {
    expect((await client.create(echo(), undefined, { 'content-type': type })).status).toBe(202);
  });
});
