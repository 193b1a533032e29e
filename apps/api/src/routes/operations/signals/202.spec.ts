import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToSucceeded, uuidBehind } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const key = (value: string) => ({ 'idempotency-key': value });

async function signalsOf(id: string): Promise<{ name: string; payload: unknown; key: string }[]> {
  const { rows } = await api.pool.query<{ name: string; payload: unknown; key: string }>(
    'select name, payload, key from holdfast.operation_signals where operation_id = $1 order by sequence',
    [uuidBehind(id)],
  );
  return rows;
}

describe('POST /operations/{id}/signals/{name}, 202', () => {
  test('puts the signal into the box and answers with the operation and where it is', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const answer = await client.post(`/operations/${id}/signals/approval`, key('"s-1"'), { payload: { by: 'Ada' } });
    expect([answer.status, answer.json?.['id'], answer.json?.['status']]).toEqual([202, id, 'pending']);
    expectLocated(answer);
    expectRetryAfter(answer, true);
    expect(answer.headers.get('idempotency-key')).toBe('"s-1"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await signalsOf(id)).toEqual([{ name: 'approval', payload: { by: 'Ada' }, key: 's-1' }]);
  });

  test('the same signal with the same key is one signal, also after the operation has ended', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const send = (payload: string) => client.post(`/operations/${id}/signals/go`, key('k'), payload);
    expect((await send('{"payload":{"a":1,"b":2}}')).status).toBe(202);
    expect((await send('{"payload": {"b":2.0,"a":1}}')).status).toBe(202);
    await moveToSucceeded(api.pool, id);
    const late = await send('{"payload":{"a":1,"b":2}}');
    expect([late.status, late.json?.['status']]).toEqual([202, 'succeeded']);
    expect(await signalsOf(id)).toHaveLength(1);
  });

  test('sent twenty times at once, it is one signal', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.post(`/operations/${id}/signals/go`, key('once'), { payload: 1 })),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    expect(await signalsOf(id)).toHaveLength(1);
  });

  test('the same key under another name, or at another operation, is another signal', async () => {
    const [one, two] = [
      idOf(await client.create({ type: 'test.echo' })),
      idOf(await client.create({ type: 'test.echo' })),
    ];
    for (const path of [`${one}/signals/a`, `${one}/signals/b`, `${two}/signals/a`]) {
      expect((await client.post(`/operations/${path}`, key('same'), { payload: path })).status).toBe(202);
    }
    expect(await signalsOf(one)).toHaveLength(2);
    expect(await signalsOf(two)).toHaveLength(1);
  });

  test.each<[string, string | undefined]>([
    ['absent', undefined],
    ['empty', '{}'],
    ['of a null payload', '{"payload":null}'],
  ])('a body that is %s sends null', async (_case, body) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    expect((await client.post(`/operations/${id}/signals/go`, key('k'), body)).status).toBe(202);
    expect(await signalsOf(id)).toMatchObject([{ payload: null }]);
  });

  test.each(['approval by phone', 'größe', 'a/b', 'a%b', '審'.repeat(128)])(
    'the name %s is decoded once and kept as it is',
    async (name) => {
      const id = idOf(await client.create({ type: 'test.echo' }));
      const path = `/operations/${id}/signals/${encodeURIComponent(name)}`;
      expect((await client.post(path, key('k'), { payload: 1 })).status).toBe(202);
      expect(await signalsOf(id)).toMatchObject([{ name }]);
    },
  );
});
