import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type ApiClient, idOf, moveToSucceeded } from '@holdfast/testkit';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

interface Item {
  readonly status: number;
  readonly replayed: boolean;
  readonly operation?: Record<string, unknown>;
  readonly problem?: Record<string, unknown>;
}

const itemsOf = ({ json }: Answer) => json?.['items'] as Item[];
const batch = (items: unknown, headers = {}) => client.post('/operations/batch', headers, { items });
const echo = (key: unknown, input?: unknown) => ({ key, type: 'test.echo', ...(input === undefined ? {} : { input }) });

describe('POST /operations/batch, 207', () => {
  test('each item is answered in order, as a create of its own would be', async () => {
    const done = idOf(await client.create({ type: 'test.echo', input: 1 }, 'b-done'));
    await moveToSucceeded(api.pool, done, { ok: true });
    await client.create({ type: 'test.echo' }, 'b-used');
    const answer = await batch([
      echo('b-new', { n: 1 }),
      echo('b-done', 1),
      echo('b-used', 'other'),
      echo('b-type', 1),
      { key: 'b-bad', type: 'test.echo', priority: 500 },
      { key: 'b-unknown', type: 'no.such' },
      { key: 'a\nb', type: 'test.echo' },
      { type: 'test.echo' },
      { key: 'b-member', type: 'test.echo', when: 'now' },
    ]);
    expect(answer.status).toBe(207);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(itemsOf(answer)).toMatchObject([
      { status: 202, replayed: false, operation: { status: 'pending', idempotency: { key: 'b-new' } } },
      { status: 200, replayed: true, operation: { id: done, status: 'succeeded', result: { ok: true } } },
      { status: 422, replayed: false, problem: { error: { code: 'idempotency_key_reused' }, mismatch: ['/input'] } },
      { status: 202, replayed: false, operation: { status: 'pending' } },
      { status: 422, problem: { error: { code: 'validation_failed' }, errors: [{ pointer: '/priority' }] } },
      { status: 422, problem: { error: { code: 'operation_type_unknown' } } },
      { status: 400, problem: { error: { code: 'idempotency_key_invalid' } } },
      { status: 400, problem: { error: { code: 'idempotency_key_missing' } } },
      { status: 422, problem: { errors: [{ pointer: '/when' }] } },
    ]);
    expect(
      itemsOf(answer).every(({ operation, problem }) => (operation === undefined) !== (problem === undefined)),
    ).toBe(true);
  });

  test('an item that is sent again by itself is the same operation, with its key quoted in the header or bare', async () => {
    const [item] = itemsOf(await batch([echo('alone-1', 1)]));
    for (const key of ['alone-1', '"alone-1"']) {
      const answer = await client.create({ type: 'test.echo', input: 1 }, key);
      expect(answer.headers.get('idempotent-replayed')).toBe('true');
      expect(answer.json?.['id']).toBe(item?.operation?.['id']);
    }
  });

  test('a key in the quotes of the header is refused, because it would be another key than in the header', async () => {
    expect(itemsOf(await batch([echo('"alone-2"'), echo('say "hi"')]))).toMatchObject([
      { status: 400, problem: { error: { code: 'idempotency_key_invalid' } } },
      { status: 202, operation: { idempotency: { key: 'say "hi"' } } },
    ]);
  });

  test('five hundred new items are five hundred operations, and the whole batch may be sent again', async () => {
    const items = Array.from({ length: 500 }, (_, n) => echo(`many-${n}`, n));
    const first = itemsOf(await batch(items));
    const again = itemsOf(await batch(items));
    expect(first.every(({ status, replayed }) => status === 202 && !replayed)).toBe(true);
    expect(again.every(({ status, replayed }) => status === 202 && replayed)).toBe(true);
    expect(again.map(({ operation }) => operation?.['id'])).toEqual(first.map(({ operation }) => operation?.['id']));
    expect(new Set(first.map(({ operation }) => operation?.['id'])).size).toBe(500);
  });

  test('a key of a batch and the same key in a header are one key', async () => {
    const [item] = itemsOf(await batch([echo('shared', 1)]));
    const replay = await client.create({ type: 'test.echo', input: 1 }, '"shared"');
    expect([replay.headers.get('idempotent-replayed'), idOf(replay)]).toEqual(['true', item?.operation?.['id']]);
  });

  test('text that cannot be stored refuses its own item, where a create would have pointed to it', async () => {
    const answer = await client.post(
      '/operations/batch',
      {},
      '{"items":[{"key":"u-1","type":"test.echo","input":{"a":"\\u0000"}},{"key":"u-2","type":"test.echo"}]}',
    );
    expect(itemsOf(answer)).toMatchObject([
      { status: 422, problem: { errors: [{ pointer: '/input/a' }] } },
      { status: 202 },
    ]);
  });

  test('draining refuses what is new, and no replay', async () => {
    await batch([echo('d-1', 1)]);
    api.drain(true);
    try {
      expect(itemsOf(await batch([echo('d-1', 1), echo('d-2', 1)]))).toMatchObject([
        { status: 202, replayed: true },
        { status: 503, problem: { error: { code: 'draining' }, retryable: true } },
      ]);
    } finally {
      api.drain(false);
    }
  });

  test('an empty batch has an empty answer', async () => {
    expect(itemsOf(await batch([]))).toEqual([]);
  });
});
