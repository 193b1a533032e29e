import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, newOperation, seedRow, seedWorker, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;
let batch = 0;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 8 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function claim(types: string[], limit: number, workerId?: string) {
  batch += 1;
  const id = workerId ?? (await seedWorker(poolOf(dataSource), 60));
  return store.claim({ workerId: id, lanes: types, limit, batch, finishedBatches: [] });
}

describe('a claim', () => {
  test('takes the highest priority first, and the oldest due time within one priority', async () => {
    const type = unique('type');
    const seeds = [
      { name: 'low', priority: -5, runAtIn: -100 },
      { name: 'late', priority: 0, runAtIn: -1 },
      { name: 'early', priority: 0, runAtIn: -50 },
      { name: 'high', priority: 7, runAtIn: -1 },
      { name: 'not due', priority: 100, runAtIn: 3600 },
    ];
    const names = new Map<string, string>();
    for (const { name, ...seed } of seeds) names.set((await seedRow(poolOf(dataSource), { type, ...seed })).uuid, name);
    const claimed = await claim([type], 10);
    expect(claimed.map(({ uuid }) => names.get(uuid))).toEqual(['high', 'early', 'late', 'low']);
  });

  test('never takes more than its limit, also from a table that was never analyzed (trap 4)', async () => {
    const type = unique('type');
    await Promise.all(Array.from({ length: 300 }, () => store.create(newOperation({ type }))));
    expect(await claim([type], 1)).toHaveLength(1);
    expect(await claim([type], 7)).toHaveLength(7);
    expect(await claim([type], 1_000)).toHaveLength(292);
    expect(await claim([type], 10)).toHaveLength(0);
  });

  test('shares a backlog among many without giving one operation twice', async () => {
    const type = unique('type');
    await Promise.all(Array.from({ length: 400 }, () => store.create(newOperation({ type }))));
    const workers = await Promise.all(Array.from({ length: 8 }, () => seedWorker(poolOf(dataSource), 60)));
    const taken = (
      await Promise.all(
        workers.map(async (workerId) => {
          const mine = [];
          for (;;) {
            const claimed = await claim([type], 13, workerId);
            if (claimed.length === 0) return mine;
            mine.push(...claimed);
          }
        }),
      )
    ).flat();
    // A claim may come home empty while others hold the last rows; what is left is taken now.
    taken.push(...(await claim([type], 400)));
    expect(taken).toHaveLength(400);
    expect(new Set(taken.map(({ uuid }) => uuid)).size).toBe(400);
    expect(taken.every(({ fence }) => fence === 1)).toBe(true);
  });

  test('leaves types it was not asked for alone, however many wait', async () => {
    const [mine, foreign] = [unique('type'), unique('type')];
    await Promise.all(Array.from({ length: 50 }, () => store.create(newOperation({ type: foreign }))));
    await store.create(newOperation({ type: mine }));
    const claimed = await claim([mine], 100);
    expect(claimed.map(({ type }) => type)).toEqual([mine]);
    expect(await claim([foreign], 100)).toHaveLength(50);
  });

  test('drops a due entry whose operation has moved on, and moves nothing', async () => {
    const type = unique('type');
    await seedRow(poolOf(dataSource), { type, status: 'succeeded' });
    expect(await claim([type], 10)).toEqual([]);
    const { rows } = await poolOf(dataSource).query('select 1 from holdfast.operation_queue where lane = $1', [type]);
    expect(rows).toEqual([]);
  });
});

describe('the next due time', () => {
  test('is null without work, 0 with due work, and the time left otherwise', async () => {
    const type = unique('type');
    expect(await store.nextDueInMs([type])).toBeNull();
    await store.create(newOperation({ type, delayMs: 60_000 }));
    const dueInMs = await store.nextDueInMs([type]);
    expect(dueInMs).toBeGreaterThan(50_000);
    expect(dueInMs).toBeLessThanOrEqual(60_000);
    await store.create(newOperation({ type, priority: -3 }));
    expect(await store.nextDueInMs([type])).toBe(0);
  });
});
