import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@holdfast/kernel';
import { type StartedMetrics, startMetrics } from '@holdfast/telemetry';
import { freshDatabase, until } from '@holdfast/testkit';
import { type INestApplication } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { type Adapter, bootPayments, closeGate, gate, ran } from './payments-app.js';
import { freshKey } from './invoices.js';
import { type Answer, sendPayment } from './send-payment.js';

describe.each<Adapter>(['fastify', 'express'])('an idempotent route on %s', (adapter) => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let app: INestApplication;
  let url: string;
  let own: DataSource;
  let telemetry: StartedMetrics;
  /** Key and payment of the test. */
  let key: string;

  beforeAll(async () => {
    database = await freshDatabase();
    telemetry = await startMetrics({}, systemClock);
    ({ app, url } = await bootPayments(database.url, adapter, { requestLeaseMs: 300, telemetry }));
    own = app.get<DataSource>(getDataSourceToken());
    await own.query('create table public.invoices (id text primary key, cents integer not null)');
  });

  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  beforeEach(() => {
    key = freshKey();
    gate.open();
    gate.opened = Promise.resolve();
  });

  const send = (path: string, body: object = { id: key }, headers: Readonly<Record<string, string>> = {}) =>
    sendPayment(`${url}/payments/${path}`, key, body, headers);

  const rows = async (id: string) => (await own.query<unknown[]>('select 1 from invoices where id = $1', [id])).length;
  const replayed = (answer: Answer) => answer.headers.get('idempotent-replayed');

  test('runs once, and a repeat gets status, chosen headers and body as they were', async () => {
    const first = await send('simple/a1');
    const again = await send('simple/a1');
    expect([first.status, first.json, replayed(first)]).toEqual([201, { n: 1, account: 'a1' }, 'false']);
    expect([again.status, again.text, replayed(again)]).toEqual([201, first.text, 'true']);
    for (const name of ['content-type', 'content-length', 'x-receipt', 'idempotency-key']) {
      expect([name, again.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    }
    expect([first.headers.get('x-forgotten'), again.headers.get('x-forgotten')]).toEqual(['yes', null]);
    expect(ran.get(key)).toBe(1);
  });

  test('is counted by what became of its key', async () => {
    const counted = async () => {
      const page = await telemetry.page.text();
      const lines = page.matchAll(/^holdfast_route_requests_total\{holdfast_idempotency_outcome="(\w+)"\} (\d+)/gm);
      return new Map([...lines].map(([, outcome, count]) => [outcome, Number(count)]));
    };
    const before = await counted();
    await send('simple/a1');
    await send('simple/a1');
    await send('simple/a1', { id: key, cents: 2 });
    const after = await counted();
    const grown = ['created', 'replayed', 'reused'].map((word) => (after.get(word) ?? 0) - (before.get(word) ?? 0));
    expect(grown).toEqual([1, 1, 1]);
  });

  test('takes the order of members and the way the key is quoted for the same', async () => {
    await send('simple/a1', { id: key, cents: 1 });
    const again = await send('simple/a1', { cents: 1.0, id: key }, { 'idempotency-key': `"${key}"` });
    expect([again.status, replayed(again)]).toEqual([201, 'true']);
  });

  test('refuses another request with the same key, and says where it differs, never what it was', async () => {
    await send('simple/a1', { id: key, cents: 1 });
    const other = await send('simple/a1', { id: key, cents: 2 });
    expect([other.status, other.headers.get('content-type')]).toEqual([422, 'application/problem+json; charset=utf-8']);
    expect(other.json).toMatchObject({
      type: 'https://pay.example/errors/idempotency-key-reused',
      error: { code: 'idempotency_key_reused' },
      mismatch: ['/body/cents'],
    });
    expect((await send('simple/a2', { id: key, cents: 1 })).json['mismatch']).toEqual(['/path']);
    expect((await send('other', { id: key, cents: 1 })).json['mismatch']).toEqual(['/method', '/path']);
    expect((await send('simple/a1?dry=1', { id: key, cents: 1 })).json['mismatch']).toEqual(['/query/dry']);
    expect(ran.get(key)).toBe(1);
  });

  test('keeps the keys of two users apart', async () => {
    const ann = await send('simple/a1');
    const bob = await send('simple/a1', { id: key }, { 'x-user': 'bob' });
    expect([ann.json['n'], bob.json['n'], replayed(bob)]).toEqual([1, 2, 'false']);
  });

  test('needs a well-formed key, unless the route says that it need not be there', async () => {
    const bad = await send('simple/a1', { id: key }, { 'idempotency-key': 'two words' });
    expect([bad.status, bad.json['error']]).toMatchObject([400, { code: 'idempotency_key_invalid' }]);
    const headers = { 'content-type': 'application/json' };
    const bare = (path: string) =>
      fetch(`${url}/payments/${path}`, { method: 'POST', headers, body: JSON.stringify({ id: key }) });
    expect((await bare('simple/a1')).status).toBe(400);
    expect((await bare('optional')).status).toBe(201);
    expect((await bare('optional')).status).toBe(201);
    expect(ran.get(key)).toBe(2);
  });

  test('answers a repeat in flight with 409 and Retry-After, and another payload with 422 at once', async () => {
    closeGate();
    const first = send('held');
    await until(() => ran.get(key) === 1);
    const repeat = await send('held');
    expect([repeat.status, repeat.headers.get('retry-after'), repeat.json['error']]).toMatchObject([
      409,
      '1',
      { code: 'idempotency_key_in_flight' },
    ]);
    expect((await send('held', { id: key, cents: 9 })).status).toBe(422);
    gate.open();
    expect([(await first).status, replayed(await send('held'))]).toEqual([201, 'true']);
    expect(ran.get(key)).toBe(1);
  });

  test('has 200 parallel duplicates wait for the one that runs', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => send('waiting')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set(['201 {"n":1}']));
    expect(answers.filter((answer) => replayed(answer) === 'true')).toHaveLength(199);
    expect(ran.get(key)).toBe(1);
  });

  test('lets one of those who wait run it when the first one fails', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send('waiting', { id: key, fail: 'throw' })));
    expect(answers.filter(({ status }) => status === 500)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(9);
    expect(ran.get(key)).toBe(2);
  });

  test('keeps no answer of 5xx, and none of 4xx unless the route says so', async () => {
    expect((await send('flaky', { id: key, fail: 'throw' })).status).toBe(500);
    expect((await send('flaky', { id: key, fail: 'throw' })).json).toEqual({ n: 2 });
    key = freshKey();
    expect((await send('flaky', { id: key, fail: 'client' })).status).toBe(400);
    // A refused request has not used up its key: another payload may come with it.
    expect((await send('flaky', { id: key })).json).toEqual({ n: 2 });
    key = freshKey();
    const decided = await send('decided');
    const again = await send('decided');
    expect([again.status, again.text, replayed(again)]).toEqual([400, decided.text, 'true']);
  });

  test('replays what went out, not what the handler returned', async () => {
    const first = await send('secret');
    const again = await send('secret');
    expect(first.json).toEqual({ n: 1, hidden: 4 });
    expect([again.text, replayed(again)]).toEqual([first.text, 'true']);
  });

  test('replays an answer without a body', async () => {
    const [first, again] = [await send('none'), await send('none')];
    expect([first.status, again.status, again.text, replayed(again)]).toEqual([204, 204, '', 'true']);
    expect(again.headers.get('content-length')).toBeNull();
    expect(ran.get(key)).toBe(1);
  });

  test.each(['large', 'stream'])(
    'sends what is too large or streamed, and a repeat does not run it again (%s)',
    async (path) => {
      const first = await send(path);
      expect([first.status, first.text.length > 0]).toEqual([201, true]);
      const again = await send(path);
      expect([again.status, again.json['error']]).toMatchObject([422, { code: 'idempotency_answer_not_kept' }]);
      expect(ran.get(key)).toBe(1);
    },
  );

  test.each([1, 10, 5_000])('sends a stream of %i kB whole, whatever compresses it', async (pieces) => {
    const { text } = await send('pieces', { id: key, cents: pieces });
    expect(text).toHaveLength(pieces * 1_000);
    expect(text.split(' ').length - 1).toBe(pieces);
  });

  test('sends a stream of events, and a repeat does not run it again', async () => {
    const listen = () => fetch(`${url}/payments/events/${key}`, { headers: { 'idempotency-key': key } });
    expect(await (await listen()).text()).toMatch(/^data: {"n":1}$/m);
    await until(async () => (await listen()).status === 422);
    expect(ran.get(key)).toBe(1);
  });

  test('replays also for a route that sends its answer itself', async () => {
    const [first, again] = [await send('by-hand'), await send('by-hand')];
    expect([first.status, again.status, again.text, replayed(again)]).toEqual([201, 201, first.text, 'true']);
    expect(ran.get(key)).toBe(1);
  });

  test('is decided also when the framework never sees its answer', async () => {
    expect((await send('hijacked')).text).toBe('done');
    await until(async () => (await send('hijacked')).status !== 409);
    expect((await send('hijacked')).status).toBe(adapter === 'fastify' ? 422 : 201);
    expect(ran.get(key)).toBe(1);
  });

  test('compares only what the route has chosen', async () => {
    await send('chosen', { id: key, cents: 1 });
    expect(replayed(await send('chosen', { id: key, cents: 2 }))).toBe('true');
  });

  test('runs again when its window is over', async () => {
    await send('short');
    await until(async () => (await send('short')).json['n'] !== 1);
    expect(ran.get(key)).toBeGreaterThan(1);
  });

  test('is not held up by a client that goes away: the answer is there for the next one', async () => {
    closeGate();
    const gone = new AbortController();
    const first = fetch(`${url}/payments/held`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-user': 'ann' },
      body: JSON.stringify({ id: key }),
      signal: gone.signal,
    });
    await until(() => ran.get(key) === 1);
    gone.abort();
    await expect(first).rejects.toThrow();
    gate.open();
    await until(async () => (await send('held')).status === 201);
    expect([replayed(await send('held')), ran.get(key)]).toEqual(['true', 1]);
  });

  test('is not blocked by a repeat that was answered with a time-out before its turn came', async () => {
    closeGate();
    const first = send('impatient');
    await until(() => ran.get(key) === 1);
    expect((await send('impatient', { id: key }, { 'x-impatient': 'yes' })).status).toBe(500);
    gate.open();
    expect((await first).status).toBe(500);
    expect((await send('impatient')).json).toEqual({ n: 2 });
  });

  test('that outlives its lease many times is still the only one', async () => {
    closeGate();
    const first = send('held');
    await until(() => ran.get(key) === 1);
    const [row] = await own.query<{ lease_until: Date }[]>(
      'select lease_until from holdfast.idempotent_requests where key = $1',
      [key],
    );
    await until(async () => {
      const [later] = await own.query<{ passed: boolean }[]>('select now() > $1::timestamptz as passed', [
        row?.lease_until,
      ]);
      return later?.passed === true;
    });
    expect((await send('held')).status).toBe(409);
    gate.open();
    expect((await first).status).toBe(201);
    expect(ran.get(key)).toBe(1);
  });

  test('whose request was taken over says so instead of giving a second answer', async () => {
    closeGate();
    const first = send('held');
    await until(() => ran.get(key) === 1);
    await own.query('update holdfast.idempotent_requests set fence = fence + 1 where key = $1', [key]);
    gate.open();
    expect([(await first).status, (await first).json['error']]).toMatchObject([
      409,
      { code: 'idempotency_key_in_flight' },
    ]);
  });

  describe('in a transaction', () => {
    test('commits its answer, its rows and its operation together', async () => {
      const first = await send('booked');
      const again = await send('booked');
      expect([first.status, again.text, replayed(again)]).toEqual([201, first.text, 'true']);
      expect([await rows(key), await rows(`${key}-ledger`), ran.get(key)]).toEqual([1, 1, 1]);
    });

    test('leaves nothing behind when it fails, and runs again', async () => {
      expect((await send('booked', { id: key, fail: 'throw' })).status).toBe(500);
      expect([await rows(key), await rows(`${key}-ledger`)]).toEqual([0, 0]);
      const left = await own.query<unknown[]>('select 1 from holdfast.idempotent_requests where key = $1', [key]);
      expect(left).toEqual([]);
      expect((await send('booked', { id: key, fail: 'throw' })).json['n']).toBe(2);
    });

    test('keeps a 4xx without what it had written before', async () => {
      const first = await send('booked', { id: key, fail: 'client' });
      const again = await send('booked', { id: key, fail: 'client' });
      expect([first.status, again.status, again.text, replayed(again)]).toEqual([400, 400, first.text, 'true']);
      expect([await rows(key), ran.get(key)]).toEqual([0, 1]);
    });

    test('says 500 and keeps nothing when the transaction was broken unnoticed', async () => {
      const broken = await send('booked', { id: key, fail: 'sql' });
      expect([broken.status, await rows(key)]).toEqual([500, 0]);
    });

    test('lets 200 parallel duplicates through 4 connections, and one of them run', async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, () => send('booked')));
      const statuses = new Set(answers.map(({ status }) => status));
      expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
      expect([await rows(key), ran.get(key)]).toEqual([1, 1]);
      expect(replayed(await send('booked'))).toBe('true');
    });
  });
});
