import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type KeptAnswer, type RequestHeld, type RequestToRun, shardOf } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresRequestStore } from '@holdfast/store';
import { freshDatabase, unique } from '@holdfast/testkit';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresRequestStore;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 4 }).initialize();
  store = new PostgresRequestStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const ANSWER: KeptAnswer = { status: 201, headers: { 'content-type': 'text/plain' }, body: Buffer.from('done') };

function request(key: string, text = 'one', more: Partial<RequestToRun> = {}): RequestToRun {
  return {
    shard: shardOf('ann', key),
    scope: 'ann',
    key,
    fingerprint: hash('sha256', text, 'buffer'),
    request: JSON.stringify(text),
    reruns: true,
    leaseMs: 60_000,
    windowMs: 60_000,
    ...more,
  };
}

/** Moves the end of a lease, or of a window, into the past. */
async function pass(key: string, column: 'lease_until' | 'expires_at'): Promise<void> {
  await poolOf(dataSource).query(
    `update holdfast.idempotent_requests set ${column} = now() - interval '1 second'
      where key = $1 and ${column} is not null`,
    [key],
  );
}

async function begun(asked: RequestToRun): Promise<RequestHeld> {
  const held = await store.begin(asked);
  if (!held) throw new Error('it should have been free');
  return held;
}

describe('the requests of idempotent routes', () => {
  test('are begun by one of many, also within one statement', async () => {
    const key = unique('key');
    const all = await Promise.all(Array.from({ length: 500 }, () => store.begin(request(key))));
    expect(all.filter((held) => held !== null)).toHaveLength(1);
  });

  test('tell one key of one scope from the same of another', async () => {
    const key = unique('key');
    await begun(request(key));
    const bob = { scope: 'bob', shard: shardOf('bob', key) };
    expect(await store.begin(request(key, 'one', bob))).toMatchObject({ scope: 'bob', fence: 1 });
  });

  test('are finished under their fence only, and only once', async () => {
    const key = unique('key');
    const first = await begun(request(key));
    await pass(key, 'lease_until');
    const second = await begun(request(key));
    expect(second.fence).toBe(first.fence + 1);
    expect(await store.finish(first, ANSWER)).toBe(false);
    expect(await store.release(first)).toBe(false);
    expect(await store.finish(second, ANSWER)).toBe(true);
    expect(await store.finish(second, { ...ANSWER, status: 500 })).toBe(false);
    expect((await store.find(request(key)))?.answer).toEqual(ANSWER);
  });

  test('that were given back count on from their fence, so that nobody who is late writes for the next one', async () => {
    const key = unique('key');
    const first = await begun(request(key));
    expect(await store.release(first)).toBe(true);
    expect(await store.find(request(key))).toBeNull();
    const second = await begun(request(key, 'another payload'));
    expect(second.fence).toBe(2);
    expect(await store.finish(first, ANSWER)).toBe(false);
  });

  test('that were left behind run again as they were, and not as something else', async () => {
    const key = unique('key');
    await begun(request(key));
    await pass(key, 'lease_until');
    expect(await store.begin(request(key, 'another payload'))).toBeNull();
    expect(await store.find(request(key))).toMatchObject({ leftBehind: true, reruns: true, answer: null });
    expect(await store.begin(request(key))).not.toBeNull();
  });

  test('that must not run twice stay as they were promised, whatever the next process says', async () => {
    const key = unique('key');
    await begun(request(key, 'one', { reruns: false }));
    await pass(key, 'lease_until');
    expect(await store.begin(request(key, 'one', { reruns: true }))).toBeNull();
    expect(await store.find(request(key))).toMatchObject({ leftBehind: true, reruns: false });
  });

  test('are kept alive by the heartbeat of their process', async () => {
    const key = unique('key');
    const held = await begun(request(key));
    await pass(key, 'lease_until');
    await store.renew([held, { ...held, key: unique('other') }], 60_000);
    expect(await store.begin(request(key))).toBeNull();
    expect((await store.find(request(key)))?.leftBehind).toBe(false);
  });

  test('are forgotten when their window is over, but not while somebody executes them', async () => {
    const [over, held] = [unique('key'), unique('key')];
    await store.finish(await begun(request(over)), ANSWER);
    await begun(request(held));
    await pass(over, 'expires_at');
    await pass(held, 'expires_at');
    expect(await store.find(request(over))).toBeNull();
    await store.forgetExpired(1_000);
    const { rows } = await poolOf(dataSource).query(
      'select key from holdfast.idempotent_requests where key = any($1)',
      [[over, held]],
    );
    expect(rows).toEqual([{ key: held }]);
  });
});

/** What a key may be like, as a table that is read by people. */
interface Model {
  state: 'free' | 'held' | 'left' | 'answered';
  windowOver: boolean;
  payload: string;
  reruns: boolean;
  held: RequestHeld | null;
}

type Command = 'begin' | 'begin other' | 'finish' | 'finish stale' | 'release' | 'lease ends' | 'window ends';
const COMMANDS: readonly Command[] = [
  'begin',
  'begin other',
  'finish',
  'finish stale',
  'release',
  'lease ends',
  'window ends',
];

/** As good as unknown: it was given back, or its window is over and nobody is at it. */
const isNew = ({ state, windowOver }: Model) => state === 'free' || (windowOver && state !== 'held');

function mayBegin(model: Model, payload: string): boolean {
  if (isNew(model)) return true;
  return model.state === 'left' && model.reruns && model.payload === payload;
}

async function obey(command: Command, key: string, model: Model, reruns: boolean): Promise<void> {
  const stale = model.held && { ...model.held, fence: model.held.fence - 1 };
  switch (command) {
    case 'begin':
    case 'begin other': {
      const payload = command === 'begin' ? 'one' : 'other';
      const held = await store.begin(request(key, payload, { reruns }));
      expect([command, held !== null]).toEqual([command, mayBegin(model, payload)]);
      if (held) Object.assign(model, { state: 'held', windowOver: false, payload, reruns, held });
      return;
    }
    case 'finish':
    case 'release': {
      if (!model.held) return;
      const writable = model.state === 'held' || model.state === 'left';
      if (command === 'finish') {
        expect([command, await store.finish(model.held, ANSWER)]).toEqual([command, writable]);
        if (writable) model.state = 'answered';
      } else if (writable) {
        expect(await store.release(model.held)).toBe(true);
        model.state = 'free';
      }
      return;
    }
    case 'finish stale':
      if (stale) expect(await store.finish(stale, ANSWER)).toBe(false);
      return;
    case 'lease ends':
      await pass(key, 'lease_until');
      if (model.state === 'held') model.state = 'left';
      return;
    case 'window ends':
      await pass(key, 'expires_at');
      model.windowOver = true;
  }
}

test('any sequence of events leaves a request as the table says', async () => {
  let answered = 0;
  const commands = fc.array(fc.tuple(fc.constantFrom(...COMMANDS), fc.boolean()), { minLength: 5, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const key = unique('key');
      const model: Model = { state: 'free', windowOver: false, payload: '', reruns: false, held: null };
      for (const [command, reruns] of sequence) {
        await obey(command, key, model, reruns);
        const known = await store.find(request(key));
        const visible = !isNew(model);
        expect([command, model.state, known !== null]).toEqual([command, model.state, visible]);
        const answer = visible && model.state === 'answered' ? ANSWER : null;
        expect([command, known?.answer ?? null]).toEqual([command, answer]);
        if (known?.answer) answered += 1;
      }
    }),
    { numRuns: 60 },
  );
  expect(answered).toBeGreaterThan(20);
});
