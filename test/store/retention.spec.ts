import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Retention } from '@holdfast/engine';
import { DAY_MS, TERMINAL_STATUSES, type TypeRegistry } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresRetentionStore, PostgresStore } from '@holdfast/store';
import { freshDatabase, seedRow, type SeededRow } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

/** Rows are seeded with ids of this moment, so a walk that may see them looks a little into the future. */
const EVERYTHING = -DAY_MS;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 8 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const retention = () => new PostgresRetentionStore(dataSource);

/** Lets an operation have ended so many days ago. */
async function aged(row: SeededRow, days: number): Promise<SeededRow> {
  await poolOf(dataSource).query(
    `update holdfast.operations set finished_at = now() - $3 * interval '1 day' where shard = $1 and id = $2`,
    [row.shard, row.uuid, days],
  );
  return row;
}

async function seedAged(status: (typeof TERMINAL_STATUSES)[number], days: number): Promise<SeededRow> {
  return aged(await seedRow(poolOf(dataSource), { status, queued: false }), days);
}

/** Walks to the end; gives how many operations went. */
async function walk(walker = retention(), windowMinMs = EVERYTHING): Promise<number> {
  let purged = 0;
  for (;;) {
    const stretch = await walker.purgeExpired(windowMinMs, 0);
    purged += stretch.purged;
    if (stretch.ended) return purged;
  }
}

describe('the end of a replay window', () => {
  test.each(TERMINAL_STATUSES)('purges a %s operation and keeps its key and its id', async (status) => {
    const row = await seedAged(status, 31);
    expect(await walk()).toBe(1);
    expect(await store.find(row.tenant, row.uuid)).toBeNull();
    expect(await store.findByKey(row.tenant, row.key)).toMatchObject({ operation: null, tombstone: { status } });
    expect(await store.findTombstone(row.tenant, row.uuid)).toMatchObject({ status });
  });

  test('is on disk when somebody is told that what a walk has just taken is erased', async () => {
    const ask = async (what: string) => {
      const { rows } = await poolOf(dataSource).query<{ lsn: string }>(`select (${what})::text as lsn`);
      return rows[0]?.lsn ?? '';
    };
    const row = await seedAged('succeeded', 31);
    await walk();
    const written = await ask('pg_current_wal_insert_lsn()');
    await store.eraseArchived(row.tenant, row.uuid);
    expect(await ask(`pg_current_wal_flush_lsn() >= '${written}'::pg_lsn`)).toBe('true');
  });

  test('leaves what is still in its window, and what has not ended, however old it is', async () => {
    const rows = [
      await seedAged('succeeded', 29),
      await seedRow(poolOf(dataSource), { status: 'pending' }),
      await seedRow(poolOf(dataSource), { status: 'running' }),
    ];
    expect(await walk()).toBe(0);
    for (const row of rows) expect(await store.find(row.tenant, row.uuid)).not.toBeNull();
  });

  test('does not even look at what is younger than the shortest window', async () => {
    await seedAged('succeeded', 31);
    const walker = retention();
    for (let ended = false; !ended;) {
      const stretch = await walker.purgeExpired(60_000, 0);
      expect(stretch).toMatchObject({ mine: true, examined: 0 });
      ({ ended } = stretch);
    }
    expect(await walk()).toBe(1);
  });

  test('finds everything that has expired, among much that has not, in bounded stretches', async () => {
    const rows: SeededRow[] = [];
    // One after the other: whoever waits too long for a connection of the pool is refused, on a busy machine also here.
    for (let index = 0; index < 400; index += 1) rows.push(await seedAged('succeeded', index % 3 === 0 ? 31 : 1));
    // One shard with more than one stretch takes.
    const crowded = await Promise.all(
      Array.from({ length: 20 }, () => seedRow(poolOf(dataSource), { status: 'failed', queued: false })),
    );
    await poolOf(dataSource).query(
      `update holdfast.operations set shard = 7, finished_at = now() - interval '31 days' where id = any($1)`,
      [crowded.map((row) => row.uuid)],
    );
    await poolOf(dataSource).query('update holdfast.idempotency_keys set shard = 7 where operation_id = any($1)', [
      crowded.map((row) => row.uuid),
    ]);
    const walker = retention();
    const first = await walker.purgeExpired(EVERYTHING, 0);
    expect(first.ended).toBe(false);
    expect(first.purged + (await walk(walker))).toBe(134 + 20);
    const left = await Promise.all(rows.map((row) => store.find(row.tenant, row.uuid)));
    expect(left.filter((operation) => operation !== null)).toHaveLength(400 - 134);
  });

  test('erases a few at a time, and looks at more where there is nothing to erase', async () => {
    const rows = await Promise.all(Array.from({ length: 12 }, () => seedAged('succeeded', 1)));
    const expired = await Promise.all(Array.from({ length: 12 }, () => seedAged('succeeded', 31)));
    const crowd = [...rows, ...expired].map(({ uuid }) => uuid);
    await poolOf(dataSource).query('update holdfast.operations set shard = 9 where id = any($1)', [crowd]);
    const walker = retention();
    const stretches: [examined: number, purged: number][] = [];
    for (let ended = false; !ended;) {
      const stretch = await walker.purgeExpired(EVERYTHING, 0);
      stretches.push([stretch.examined, stretch.purged]);
      ended = stretch.ended;
    }
    expect(stretches.reduce((sum, [, purged]) => sum + purged, 0)).toBe(12);
    for (const [index, [, purged]] of stretches.entries()) {
      if (purged > 1) expect(stretches[index - 1]?.[1]).toBe(0);
    }
  });

  test('waits for an operation that is locked elsewhere until the next walk', async () => {
    const row = await seedAged('failed', 31);
    const other = await poolOf(dataSource).connect();
    await other.query('begin');
    await other.query('select from holdfast.operations where shard = $1 and id = $2 for update', [row.shard, row.uuid]);
    expect(await walk()).toBe(0);
    await other.query('rollback');
    other.release();
    expect(await walk()).toBe(1);
  });

  test('is one process’s business at a time', async () => {
    await seedAged('succeeded', 31);
    const other = await poolOf(dataSource).connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(4807526977)');
    expect(await retention().purgeExpired(EVERYTHING, 0)).toMatchObject({ mine: false, purged: 0 });
    await other.query('rollback');
    other.release();
    expect(await walk()).toBe(1);
  });

  test('does not take a child from a parent that has not ended', async () => {
    const parent = await seedRow(poolOf(dataSource), { status: 'running' });
    const child = await seedAged('succeeded', 31);
    await poolOf(dataSource).query(
      'update holdfast.operations set parent_shard = $3, parent_id = $4 where shard = $1 and id = $2',
      [child.shard, child.uuid, parent.shard, parent.uuid],
    );
    expect(await walk()).toBe(0);
    expect(await store.find(child.tenant, child.uuid)).not.toBeNull();
  });
});

describe('the end of a tombstone', () => {
  test('forgets the key and the id, the oldest first and no more than it is told to', async () => {
    const rows = [await seedAged('succeeded', 400), await seedAged('succeeded', 400), await seedAged('succeeded', 400)];
    await walk();
    for (const [index, row] of rows.entries()) {
      await poolOf(dataSource).query(
        `update holdfast.idempotency_keys set purged_at = now() - $3 * interval '1 day' where tenant = $1 and key = $2`,
        [row.tenant, row.key, 369 - index],
      );
    }
    expect(await retention().forgetTombstones(365 * DAY_MS, 2)).toBe(2);
    expect(await retention().forgetTombstones(368 * DAY_MS, 2)).toBe(0);
    const known = await Promise.all(rows.map((row) => store.findByKey(row.tenant, row.key)));
    expect(known.map((record) => record !== null)).toEqual([false, false, true]);
    const stones = await Promise.all(rows.map((row) => store.findTombstone(row.tenant, row.uuid)));
    expect(stones.map((stone) => stone !== null)).toEqual([false, false, true]);
  });

  test.each([
    ['every', 3 * DAY_MS, []],
    ['one', DAY_MS / 24, [['patient.type', { replayWindowMs: 3 * DAY_MS }]] as const],
  ])(
    'never comes before the replay window of %s type is over, however early the operation was erased',
    async (_whose, replayWindowMs, types) => {
      const settings = { replayWindowMs, tombstoneMs: DAY_MS, archiveMs: 0 };
      const row = await seedAged('succeeded', 2.5);
      expect(await store.purge(row.tenant, row.uuid)).toBe('purged');
      const rounds = [2, 4].map((days) => async () => {
        await poolOf(dataSource).query(
          `update holdfast.idempotency_keys set purged_at = now() - $3 * interval '1 day' where tenant = $1 and key = $2`,
          [row.tenant, row.key, days],
        );
        await new Retention(retention(), new Map(types) as unknown as TypeRegistry, settings).run();
        return (await store.findByKey(row.tenant, row.key)) !== null;
      });
      expect([await rounds[0]?.(), await rounds[1]?.()]).toEqual([true, false]);
    },
  );
});
