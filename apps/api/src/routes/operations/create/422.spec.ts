import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, memberOf, moveToFailed, moveToSucceeded, purge } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';
import { TEST_TYPES } from '../../../testing/test-types.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const charge = (amount: unknown) => ({ type: 'test.charge', input: { amount, card: '4242' } });

describe('POST /operations, 422 for the key', () => {
  test('same key, other fingerprint: says where the requests differ, and no value', async () => {
    const first = await client.create(charge(100), 'reused');
    const refused = await client.create({ ...charge(777), delayMs: 5 }, 'reused');
    expectProblem(refused, 'idempotency-key-reused', {
      operationId: idOf(first),
      mismatch: expect.arrayContaining(['/input/amount', '/delayMs']),
      safeToRetryWithSameKey: false,
    });
    expect(refused.text).not.toMatch(/777|4242|\b100\b/);
  });

  test('a key used for another type is reused, not free', async () => {
    await client.create({ type: 'test.echo' }, 'two-types');
    const refused = await client.create({ type: 'test.charge' }, 'two-types');
    expectProblem(refused, 'idempotency-key-reused', { mismatch: ['/type'] });
  });

  test('a request that could never be valid is still compared before it is judged', async () => {
    await client.create(charge(1), 'compared');
    for (const odd of [{ type: 7 }, {}, { type: 'test.gone' }, { ...charge(1), runAt: 'x' }]) {
      expectProblem(await client.create(odd, 'compared'), 'idempotency-key-reused');
    }
  });

  test('an envelope member nobody knows does not refuse a replay', async () => {
    const first = await client.create(charge(2), 'newer-client');
    const again = await client.create({ ...charge(2), newerMember: true }, 'newer-client');
    expect([again.status, idOf(again)]).toEqual([202, idOf(first)]);
  });

  test('key of a purged operation, same fingerprint: expired, with what is still known', async () => {
    const first = await client.create(charge(3), 'purged');
    await moveToSucceeded(api.pool, idOf(first));
    await purge(api.pool, idOf(first));
    expectProblem(await client.create(charge(3), 'purged'), 'idempotency-key-expired', {
      operationId: idOf(first),
      operationStatus: 'succeeded',
      purgedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  test('key of a purged operation, another fingerprint: still reused', async () => {
    const first = await client.create(charge(4), 'purged-other');
    await moveToFailed(api.pool, idOf(first));
    await purge(api.pool, idOf(first));
    expectProblem(await client.create(charge(5), 'purged-other'), 'idempotency-key-reused', {
      operationId: idOf(first),
      mismatch: [],
    });
  });
});

describe('POST /operations, 422 for the request', () => {
  test('envelope invalid: every mistake at its pointer, no value repeated', async () => {
    const refused = await client.create({
      type: 'test.echo',
      priority: 1_234,
      delayMs: -5,
      labels: { a: 9 },
      extra: 1,
    });
    expectProblem(refused, 'validation-failed');
    const pointers = (memberOf(refused, 'errors') as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.sort()).toEqual(['/delayMs', '/extra', '/labels/a', '/priority']);
    expect(refused.text).not.toContain('1234');
  });

  test('runAt and delayMs together', async () => {
    const refused = await client.create({ type: 'test.echo', runAt: '2030-01-01T00:00:00Z', delayMs: 0 });
    expectProblem(refused, 'validation-failed', { errors: [{ pointer: '/delayMs', detail: expect.any(String) }] });
  });

  test('input invalid for its type', async () => {
    expectProblem(await client.create({ type: 'test.charge', input: {} }), 'validation-failed', {
      errors: [{ pointer: '/input', detail: 'must have an amount' }],
    });
  });

  test.each([
    ['U+0000', '{"type":"test.echo","input":{"note":"a\\u0000"}}', '/input/note'],
    ['half a surrogate pair', '{"type":"test.echo","input":["\\ud800"]}', '/input/0'],
    ['such a label', '{"type":"test.echo","labels":{"a":"\\udfff"}}', '/labels/a'],
  ])('text that cannot be stored: %s', async (_case, text, pointer) => {
    expectProblem(await client.create(text), 'validation-failed', {
      errors: [expect.objectContaining({ pointer })],
    });
  });

  test.each(['__proto__', 'constructor', 'id', 'tenant', 'status', 'attempt', 'createdAt'])(
    'a member called %s is refused and assigns nothing',
    async (member) => {
      const refused = await client.create(`{"type":"test.echo",${JSON.stringify(member)}:{"polluted":1}}`);
      expectProblem(refused, 'validation-failed', { errors: [expect.objectContaining({ pointer: `/${member}` })] });
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  test('unknown type', async () => {
    expectProblem(await client.create({ type: 'test.unknown' }), 'operation-type-unknown');
  });

  test('a refused request never consumes its key', async () => {
    expectProblem(await client.create({ type: 'test.unknown' }, 'free'), 'operation-type-unknown');
    expectProblem(await client.create({ type: 'test.charge' }, 'free'), 'validation-failed');
    const answer = await client.create(charge(1), 'free');
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([202, 'false']);
  });

  test('a retired type refuses new operations and no replay', async () => {
    const first = await client.create(charge(9), 'retired');
    const types = new Map([...TEST_TYPES].filter(([name]) => name !== 'test.charge'));
    const later = await serveApi({ types, tenants: api.tenants });
    try {
      const again = await client.at(later.url).create(charge(9), 'retired');
      expect([again.status, idOf(again)]).toEqual([202, idOf(first)]);
      expectProblem(await client.at(later.url).create(charge(9), 'retired-new'), 'operation-type-unknown');
    } finally {
      await later.stop();
    }
  });
});
