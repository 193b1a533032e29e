import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sourcesOf, unobserved } from '@holdfast/kernel';
import { createDataSource, Executor, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, newOperation, seedRow, seedWorker, unique } from '@holdfast/testkit';
import fc from 'fast-check';
import pg from 'pg';
import type { DataSource } from 'typeorm';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let batch = 0;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 4 }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** A process on a clock of which every reading takes `tickMs`: so long does each look at the queue seem to take. */
function processWith(tickMs: number): PostgresStore {
  let now = 0;
  return new PostgresStore(dataSource, unobserved, { monotonicMs: () => (now += tickMs) });
}

async function claim(store: PostgresStore, workerId: string, type: string, limit: number): Promise<string[]> {
  batch += 1;
  const claimed = await store.claim({ workerId, lanes: [type], limit, batch, finishedBatches: [] });
  return claimed.map(({ uuid }) => uuid);
}

const looks = (store: PostgresStore) => store.executor.sent.get('claim') ?? 0;
const steps = (store: PostgresStore) => store.executor.sent.get('claim-onward') ?? 0;

describe('claims that go on where the last one ended', () => {
  test('read no more behind an open transaction than they did at first', async () => {
    const type = unique('type');
    const store = processWith(0);
    const outsider = new pg.Client({ connectionString: database.url });
    await outsider.connect();
    try {
      await outsider.query('begin isolation level repeatable read');
      await outsider.query('select 1');
      await Promise.all(Array.from({ length: 2_500 }, () => store.create(newOperation({ type }))));
      const workerId = await seedWorker(poolOf(dataSource), 60);
      const first = await blocksOf('claim', { type, workerId });
      // The last one that is taken is the place from which the next claim goes on.
      await claim(store, workerId, type, 2_400);
      const fromTheBeginning = await blocksOf('claim', { type, workerId });
      const onward = await blocksOf('claim-onward', { type, workerId });
      expect(fromTheBeginning).toBeGreaterThan(first + 2_400);
      expect(onward).toBeLessThan(first + 100);
    } finally {
      await outsider.end();
    }
  });

  test.each([
    ['of a higher priority', { priority: 50 }],
    ['due earlier', { runAtIn: -3600 }],
  ])('let an entry that comes in late, %s, wait only for the next look from the beginning', async (_, late) => {
    const type = unique('type');
    const store = processWith(1);
    await Promise.all(Array.from({ length: 30 }, () => store.create(newOperation({ type }))));
    const workerId = await seedWorker(poolOf(dataSource), 60);
    expect(await claim(store, workerId, type, 1)).toHaveLength(1);
    const { uuid } = await seedRow(poolOf(dataSource), { type, ...late });
    const before = looks(store);
    let taken: string[] = [];
    while (looks(store) === before) taken = await claim(store, workerId, type, 1);
    expect(taken).toEqual([uuid]);
    expect(steps(store)).toBeGreaterThan(0);
  });

  test('ask nobody to wait for a look that was quick', async () => {
    const type = unique('type');
    const store = processWith(1);
    const workerId = await seedWorker(poolOf(dataSource), 60);
    await store.create(newOperation({ type }));
    await claim(store, workerId, type, 1);
    const { uuid } = await seedRow(poolOf(dataSource), { type, runAtIn: -3600 });
    expect(await store.nextDueInMs([type])).toBe(0);
    expect(await claim(store, workerId, type, 1)).toEqual([uuid]);
  });

  test('behind slow looks say when the next one is due instead of looking', async () => {
    const type = unique('type');
    const store = processWith(50);
    const workerId = await seedWorker(poolOf(dataSource), 60);
    await store.create(newOperation({ type }));
    await claim(store, workerId, type, 1);
    expect(await store.nextDueInMs([type])).toBeGreaterThan(0);
    expect(store.executor.sent.get('next-due')).toBeUndefined();
    while ((await store.nextDueInMs([type])) !== null);
    expect(store.executor.sent.get('next-due')).toBe(1);
  });

  test('take everything once, whatever comes in before, behind and between', async () => {
    let onward = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 30),
        fc.array(
          fc.oneof(
            fc.record({ priority: fc.integer({ min: -2, max: 2 }), runAtIn: fc.integer({ min: -9, max: -1 }) }),
            fc.record({ process: fc.nat(1), limit: fc.integer({ min: 1, max: 3 }) }),
          ),
          { minLength: 5, maxLength: 30 },
        ),
        async (tickMs, commands) => {
          const type = unique('type');
          const stores = [processWith(tickMs), processWith(tickMs)] as const;
          const workerId = await seedWorker(poolOf(dataSource), 60);
          const [made, taken]: [string[], string[]] = [[], []];
          for (const command of commands) {
            if ('limit' in command) {
              taken.push(...(await claim(stores[command.process] ?? stores[0], workerId, type, command.limit)));
            } else made.push((await seedRow(poolOf(dataSource), { type, ...command })).uuid);
          }
          for (let left = 0; left < 2 * commands.length + 10; left += 1) {
            taken.push(...(await claim(stores[0], workerId, type, 3)));
          }
          expect(taken.toSorted()).toEqual(made.toSorted());
          onward += stores.reduce((sum, store) => sum + steps(store), 0);
        },
      ),
      { numRuns: 40 },
    );
    expect(onward).toBeGreaterThan(100);
  });
});

/** Blocks that a claim of one operation touches; it is taken back. */
async function blocksOf(name: string, { type, workerId }: { type: string; workerId: string }): Promise<number> {
  const client = await poolOf(dataSource).connect();
  let blocks = 0;
  const explain = async ({ text, values }: { text: string; values: unknown[] }) => {
    const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: Record<string, number> }[] }>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      values,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan ?? {};
    blocks = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
    return { rows: [] };
  };
  try {
    await client.query('begin');
    const { rows } = await client.query<{ run_at: string; shard: number; id: string }>(
      `select o.run_at::text, o.shard, o.id from holdfast.operations o
        where o.type = $1 and o.lease_owner is not null order by o.run_at desc, o.shard desc, o.id desc limit 1`,
      [type],
    );
    const [last] = rows;
    await new Executor({ query: explain as never }, { prepare: false }).run(name, {
      lanes: [type],
      mark_lanes: [type],
      ranks: [0],
      run_ats: [last?.run_at ?? '-infinity'],
      shards: [last?.shard ?? 0],
      ids: [last?.id ?? workerId],
      limit: 1,
      worker_id: workerId,
      batch: 1_000_000,
      finished_batches: [],
      sources: sourcesOf('claim'),
    });
    await client.query('rollback');
  } finally {
    client.release();
  }
  return blocks;
}
