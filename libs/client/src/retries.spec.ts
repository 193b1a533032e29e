import { describe, expect, test } from '@jest/globals';
import { CircuitOpenError } from './errors/circuit-open-error.js';
import { ProblemError } from './errors/problem-error.js';
import { IdempotencyKeyReusedError, OverloadedError } from './errors/problem-errors.js';
import { UnreachableError } from './errors/unreachable-error.js';
import { Holdfast } from './holdfast.js';
import { FakeService, json, operation, problem, reset } from './testing/fake-service.js';

const created = json(202, operation('opn_1'), { 'idempotent-replayed': 'false' });
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a call that fails', () => {
  test('is sent again with the same key and the same body until it is answered, and says why', async () => {
    const service = new FakeService([
      reset,
      problem(503, 'draining', { retryable: true }),
      problem(429, 'quota-exceeded', { retryable: true }),
      problem(409, 'idempotency-key-in-flight', { retryable: true }),
      () => new Response('<html>Welcome to the hotel</html>', { status: 200 }),
      created,
    ]);
    const holdfast = new Holdfast(service.options());
    const { operation: made, key } = await holdfast.create('invoice.charge', { amount: 5 });
    expect(made.id).toBe('opn_1');
    expect(new Set(service.said('idempotency-key'))).toEqual(new Set([key]));
    expect(new Set(service.seen.map(({ body }) => body))).toEqual(
      new Set(['{"type":"invoice.charge","input":{"amount":5}}']),
    );
    const since = 'first-sent=@1767225600';
    expect(service.said('idempotency-attempt')).toEqual([
      `1;max=12;${since}`,
      `2;max=12;reason=connection-reset;${since}`,
      `3;max=12;reason=server-error;${since}`,
      `4;max=12;reason=throttled;${since}`,
      `5;max=12;reason=unknown-outcome;${since}`,
      `6;max=12;reason=unknown-outcome;${since}`,
    ]);
  });

  test.each([-3_600_000, 3_600_000])('ends at its deadline also when the clock is set by %i ms', async (byMs) => {
    const service: FakeService = new FakeService([
      () => {
        if (service.seen.length === 2) service.setClock(byMs);
        throw new TypeError('fetch failed');
      },
    ]);
    const holdfast = new Holdfast(service.options({ retry: { maxAttempts: 1_000 }, breaker: false }));
    expect(await caught(holdfast.create('a.b', 1))).toBeInstanceOf(UnreachableError);
    const spentMs = service.slept.reduce((sum, ms) => sum + ms);
    expect(spentMs).toBeGreaterThan(50_000);
    expect(spentMs).toBeLessThanOrEqual(60_000);
  });

  test('takes an answer that lost its body on the way for none', async () => {
    const service = new FakeService([() => new Response('', { status: 202 }), created]);
    expect((await new Holdfast(service.options()).create('a.b', 1)).operation.id).toBe('opn_1');
    expect(service.seen).toHaveLength(2);
  });

  test('gives up what the service calls permanent at once, with its class, its operation and its document', async () => {
    const service = new FakeService([
      problem(422, 'idempotency-key-reused', { operationId: 'opn_7', mismatch: ['/input/amount'] }),
    ]);
    const error = await caught(new Holdfast(service.options()).create('a.b', 1, { key: 'k' }));
    expect(error).toBeInstanceOf(IdempotencyKeyReusedError);
    expect(error).toMatchObject({
      name: 'IdempotencyKeyReusedError',
      code: 'idempotency_key_reused',
      status: 422,
      retryable: false,
      operationId: 'opn_7',
      key: 'k',
      problem: { mismatch: ['/input/amount'] },
    });
    expect(service.seen).toHaveLength(1);
  });

  test('is not repeated when the service says so, whatever the status', async () => {
    const service = new FakeService([problem(503, 'something-new', { retryable: false })]);
    const error = await caught(new Holdfast(service.options()).get('opn_1'));
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ name: 'SomethingNewError', slug: 'something-new' });
    expect(service.seen).toHaveLength(1);
  });

  test.each([401, 403, 404, 409, 501])('is not repeated for a %i of a stranger', async (status) => {
    const service = new FakeService([() => new Response('no', { status })]);
    const error = await caught(new Holdfast(service.options()).get('opn_1'));
    expect(error).toMatchObject({ status, retryable: false });
    expect(service.seen).toHaveLength(1);
  });

  test('never follows a redirect: a create must not become a list', async () => {
    const service = new FakeService([() => new Response(null, { status: 302, headers: { location: '/operations' } })]);
    await expect(new Holdfast(service.options()).create('a.b', 1)).rejects.toThrow(/elsewhere.*baseUrl/);
    expect(service.seen).toMatchObject([{ redirect: 'manual' }]);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('is repeated for a %i of a stranger', async (status) => {
    const service = new FakeService([() => new Response('no', { status }), json(200, operation('opn_1'))]);
    await new Holdfast(service.options()).get('opn_1');
    expect(service.seen).toHaveLength(2);
  });
});

describe('the pauses between tries', () => {
  test('are never shorter than Retry-After, in seconds or as a date', async () => {
    const date = new Date(1_767_225_600_000 + 60_000).toUTCString();
    const service = new FakeService([
      problem(503, 'overloaded', { retryable: true }, { 'retry-after': '7' }),
      problem(503, 'overloaded', { retryable: true }, { 'retry-after': date }),
      created,
    ]);
    await new Holdfast(service.options({ deadlineMs: 120_000 })).create('a.b', 1);
    expect(service.slept[0]).toBeGreaterThanOrEqual(7_000);
    expect(service.slept[0]).toBeLessThan(8_000);
    expect((service.slept[0] ?? 0) + (service.slept[1] ?? 0)).toBeGreaterThanOrEqual(60_000);
  });

  test('grow with full jitter up to a limit', async () => {
    const service = new FakeService([reset]);
    const retry = { maxAttempts: 6, initialDelayMs: 100, factor: 2, maxDelayMs: 500 };
    await caught(new Holdfast(service.options({ retry, breaker: false })).get('opn_1'));
    // The random number of these tests is always one half.
    expect(service.slept).toEqual([50, 100, 200, 250, 250]);
  });

  test('end with the deadline: the last error is the answer, with the key to come back with', async () => {
    const service = new FakeService([problem(503, 'overloaded', { retryable: true }, { 'retry-after': '30' })]);
    const error = await caught(new Holdfast(service.options({ deadlineMs: 45_000 })).create('a.b', 1, { key: 'mine' }));
    expect(error).toBeInstanceOf(OverloadedError);
    expect(error).toMatchObject({ key: 'mine', attempts: 2, retryable: true });
    expect(service.slept).toHaveLength(1);
  });

  test('wait for their turn when the retries of all calls are spent', async () => {
    const service = new FakeService([reset]);
    const retry = { maxAttempts: 2, initialDelayMs: 0, budgetReserve: 3, budgetRatio: 0, budgetPerSecond: 2 };
    const holdfast = new Holdfast(service.options({ retry, breaker: false }));
    for (let call = 0; call < 5; call += 1) await caught(holdfast.get('opn_1'));
    expect(service.slept).toEqual([0, 0, 0, 500, 500]);
  });
});

describe('a call that gets no answer', () => {
  test('within its time is a timeout, and the error says that nobody knows', async () => {
    const hangs = (_: unknown, signal: AbortSignal) =>
      new Promise<Response>((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    const service = new FakeService([hangs]);
    const options = service.options({ attemptTimeoutMs: 5, retry: { maxAttempts: 2 } });
    const error = await caught(new Holdfast(options).create('a.b', 1, { key: 'k' }));
    expect(error).toBeInstanceOf(UnreachableError);
    expect(error).toMatchObject({ reason: 'timeout', retryable: true, key: 'k', attempts: 2 });
    expect(service.said('idempotency-attempt')[1]).toMatch(/^2;max=2;reason=timeout;/);
  });

  test('ends with the reason of the caller’s signal, and is not tried again', async () => {
    const service = new FakeService([reset]);
    const stop = new AbortController();
    const options = service.options({ onRetry: () => stop.abort(new Error('enough')) });
    await expect(new Holdfast(options).get('opn_1', { signal: stop.signal })).rejects.toThrow('enough');
    expect(service.seen).toHaveLength(1);
  });
});

describe('the circuit breaker', () => {
  test('stops asking a service that only fails, and lets one request look whether it is back', async () => {
    const service = new FakeService([...Array.from({ length: 40 }, () => reset), created]);
    const options = service.options({
      retry: { maxAttempts: 1 },
      breaker: { threshold: 0.9, windowMs: 1_000, minimumPerSecond: 5, firstLookMs: 10, maxLookMs: 20 },
    });
    const holdfast = new Holdfast(options);
    const errors: unknown[] = [];
    for (let call = 0; call < 60; call += 1) errors.push(await caught(holdfast.get('opn_1')));
    expect(errors.some((error) => error instanceof UnreachableError)).toBe(true);
    expect(errors.at(-1)).toBeInstanceOf(CircuitOpenError);
    expect(service.seen.length).toBeLessThan(40);
    // Earlier tries of the same call may have arrived, so the key must not be lost with the error.
    expect(await caught(holdfast.create('a.b', 1, { key: 'k' }))).toMatchObject({ key: 'k', attempts: 0 });
  });

  test('counts no refusal as a failure', async () => {
    const service = new FakeService([problem(404, 'operation-not-found')]);
    const options = service.options({ breaker: { minimumPerSecond: 1, windowMs: 1_000 } });
    const holdfast = new Holdfast(options);
    for (let call = 0; call < 30; call += 1) await caught(holdfast.get('opn_1'));
    expect(service.seen).toHaveLength(30);
  });
});

describe('a mistake of the caller', () => {
  test.each(['localhost:8080', 'service', '', 'ftp://service'])('«%s» is no base URL, and told at once', (baseUrl) => {
    expect(() => new Holdfast(new FakeService([created]).options({ baseUrl }))).toThrow(/URL/);
  });

  test('a token or key that cannot be a header is no network to try again', async () => {
    const service = new FakeService([created]);
    await expect(new Holdfast(service.options({ token: 'a\nb' })).create('a.b', 1)).rejects.toThrow(
      'A token is visible ASCII without spaces.',
    );
    await expect(new Holdfast(service.options()).create('a.b', 1, { key: 'ü' })).rejects.toThrow(RangeError);
    expect(service.seen).toEqual([]);
  });
});

describe('a batch', () => {
  test('sends again only the items that may still succeed, with the keys they had', async () => {
    const refused = (slug: string, retryable: boolean) => ({
      status: retryable ? 503 : 422,
      replayed: false,
      problem: { type: `http://s/errors/${slug}`, title: slug, status: 503, detail: slug, retryable },
    });
    const done = (id: string) => ({ status: 202, replayed: false, operation: operation(id) });
    const service = new FakeService([
      json(207, { items: [done('a'), refused('database-unavailable', true), refused('validation-failed', false)] }),
      json(207, { items: [done('b')] }),
    ]);
    const items = [1, 2, 3].map((n) => ({ type: 'a.b', input: n, key: `k${n}` }));
    const results = await new Holdfast(service.options()).batch(items);
    expect(results.map((result) => result.operation?.id ?? result.error?.code)).toEqual([
      'a',
      'b',
      'validation_failed',
    ]);
    expect(service.seen[1]?.body).toBe('{"items":[{"key":"k2","type":"a.b","input":2}]}');
  });

  test('that gets no answer gives the key of every item, also of those that were told none', async () => {
    const service = new FakeService([
      () => {
        throw new TypeError('fetch failed');
      },
    ]);
    const options = service.options({ retry: { maxAttempts: 2 }, breaker: false });
    const results = await new Holdfast(options).batch(
      [1, 2].map((n) => ({ type: 'a.b', input: n, ...(n === 2 ? { key: 'k2' } : {}) })),
    );
    const sent = (JSON.parse(service.seen[0]?.body ?? '') as { items: { key: string }[] }).items;
    expect(results.map(({ key }) => key)).toEqual(sent.map(({ key }) => key));
    expect(results[1]?.key).toBe('k2');
    for (const { error } of results) expect(error).toBeInstanceOf(UnreachableError);
  });
});
