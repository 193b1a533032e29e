import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PurgeOperation } from '@holdfast/engine';
import { DAY_MS, formatTypeId, newUuid } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresRetentionStore, PostgresStore } from '@holdfast/store';
import { freshDatabase, LocalSignals, type RowSeed, seedRow, type SeededRow, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

/** Rows are seeded with ids of this moment, so a walk that may see them looks a little into the future. */
const EVERYTHING = -DAY_MS;
const YEAR_MS = 365 * DAY_MS;

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

async function rowsOf<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await poolOf(dataSource).query<Row>(text, values)).rows;
}

const archivedOf = (row: SeededRow) =>
  rowsOf<Record<string, unknown>>(
    'select *, (select relname from pg_class c where c.oid = a.tableoid) as month from holdfast.operation_archive a where id = $1',
    [row.uuid],
  );

const requestsOf = (row: SeededRow) =>
  rowsOf<Record<string, unknown>>('select * from holdfast.request_archive where operation_id = $1 order by id', [
    row.uuid,
  ]);

const months = async (parent: 'operation_archive' | 'request_archive' = 'operation_archive') =>
  (
    await rowsOf<{ name: string }>(
      'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1',
      [`holdfast.${parent}`],
    )
  ).map(({ name }) => name.replace(/^.*archive_/, ''));

/** What the months from so many days ago to the next one are called. */
async function monthsSince(days: number): Promise<string[]> {
  const rows = await rowsOf<{ word: string }>(
    `select to_char(m, 'YYYY_MM') as word
       from generate_series(date_trunc('month', (now() - $1 * interval '1 day') at time zone 'UTC'),
                            date_trunc('month', now() at time zone 'UTC') + interval '1 month', '1 month') m`,
    [days],
  );
  return rows.map(({ word }) => word);
}

async function ended(days: number, seed: RowSeed = {}): Promise<SeededRow> {
  const row = await seedRow(poolOf(dataSource), { status: 'succeeded', queued: false, ...seed });
  await rowsOf(`update holdfast.operations set finished_at = now() - $2 * interval '1 day' where id = $1`, [
    row.uuid,
    days,
  ]);
  return row;
}

async function requested({ uuid, shard }: SeededRow, outcome: 'created' | 'replayed', clientAttempt: number) {
  await store.logRequest({
    id: newUuid(Date.now(), shard),
    operationUuid: uuid,
    shard,
    outcome,
    clientAttempt,
    clientMax: 5,
    reason: clientAttempt > 1 ? 'timeout' : null,
    traceParent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
  });
}

/** Walks to the end; gives how many operations went, and how many of them to the archive. */
async function walk(archiveMs = YEAR_MS): Promise<{ purged: number; archived: number }> {
  const walker = retention();
  const sum = { purged: 0, archived: 0 };
  for (;;) {
    const { purged, archived, ended: atEnd } = await walker.purgeExpired(EVERYTHING, archiveMs);
    sum.purged += purged;
    sum.archived += archived;
    if (atEnd) return sum;
  }
}

async function withoutMonths() {
  for (const month of await months()) {
    if (month === 'rest') continue;
    await rowsOf(`drop table holdfast.operation_archive_${month}`);
    await rowsOf(`drop table holdfast.request_archive_${month}`);
  }
  await rowsOf('truncate holdfast.operation_archive');
  await rowsOf('truncate holdfast.request_archive');
}

describe('what is purged while the archive is on', () => {
  beforeAll(async () => void (await retention().keepArchive(YEAR_MS)));

  test('is in the archive with its requests, once, and without anything that was written by client or handler', async () => {
    const secret = unique('secret');
    const row = await ended(40, { status: 'failed', input: { secret }, key: secret, attempt: 3, lost: 2 });
    await requested(row, 'created', 1);
    await requested(row, 'replayed', 2);
    await requested(row, 'replayed', 3);
    expect(await walk()).toEqual({ purged: 1, archived: 1 });
    const [operation, ...others] = await archivedOf(row);
    expect(others).toEqual([]);
    expect(operation).toMatchObject({
      shard: row.shard,
      tenant: row.tenant,
      type: row.type,
      status: 'failed',
      attempts: 3,
      lost: 2,
      replays: 2,
      error_code: 'seeded',
      started_at: expect.any(Date),
    });
    const requests = await requestsOf(row);
    expect(requests.map(({ outcome, client_attempt: attempt, reason }) => [outcome, attempt, reason])).toEqual([
      ['created', 1, null],
      ['replayed', 2, 'timeout'],
      ['replayed', 3, 'timeout'],
    ]);
    expect(requests[0]).toMatchObject({ trace_id: 'ab'.repeat(16), finished_at: operation?.['finished_at'] });
    expect(JSON.stringify([operation, requests])).not.toContain(secret);
    expect(await store.find(row.tenant, row.uuid)).toBeNull();
    expect(await rowsOf('select from holdfast.operation_requests where operation_id = $1', [row.uuid])).toEqual([]);
  });

  test('lies in the month in which it ended', async () => {
    const row = await ended(100);
    await walk();
    const [{ word } = { word: '' }] = await rowsOf<{ word: string }>(
      `select to_char((now() - interval '100 days') at time zone 'UTC', 'YYYY_MM') as word`,
    );
    expect((await archivedOf(row)).map(({ month }) => month)).toEqual([`operation_archive_${word}`]);
  });

  test('is not archived when it ended before the oldest month that is kept', async () => {
    const row = await ended(800);
    await requested(row, 'created', 1);
    expect(await walk()).toEqual({ purged: 1, archived: 0 });
    expect([await archivedOf(row), await requestsOf(row)]).toEqual([[], []]);
    expect(await store.findTombstone(row.tenant, row.uuid)).toMatchObject({ status: 'succeeded' });
  });

  test('is neither archived nor purged when the walk does not come to its commit', async () => {
    const row = await ended(40);
    await rowsOf(`create function holdfast.refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$`);
    await rowsOf(
      'create trigger no before insert on holdfast.request_archive for each row execute function holdfast.refuse()',
    );
    await requested(row, 'created', 1);
    await expect(walk()).rejects.toThrow('no');
    expect(await archivedOf(row)).toEqual([]);
    expect(await store.find(row.tenant, row.uuid)).not.toBeNull();
    await rowsOf('drop function holdfast.refuse cascade');
    expect(await walk()).toEqual({ purged: 1, archived: 1 });
    expect(await archivedOf(row)).toHaveLength(1);
  });

  test('leaves nothing there while the archive is off', async () => {
    const row = await ended(40);
    expect(await walk(0)).toEqual({ purged: 1, archived: 0 });
    expect(await archivedOf(row)).toEqual([]);
  });
});

describe('an erasure', () => {
  test('of what has not expired yet leaves nothing in the archive', async () => {
    const row = await ended(1);
    await requested(row, 'created', 1);
    expect(await store.purge(row.tenant, row.uuid)).toBe('purged');
    await walk();
    expect([await archivedOf(row), await requestsOf(row)]).toEqual([[], []]);
  });

  test('of what was purged takes it and its requests out of the archive, for its own tenant alone', async () => {
    const [row, neighbor] = [await ended(40), await ended(40)];
    for (const one of [row, neighbor]) await requested(one, 'created', 1);
    await walk();
    expect(await store.eraseArchived('stranger', row.uuid)).toBe(false);
    expect(await archivedOf(row)).toHaveLength(1);
    expect(await store.eraseArchived(row.tenant, row.uuid)).toBe(true);
    expect([await archivedOf(row), await requestsOf(row)]).toEqual([[], []]);
    expect(await store.eraseArchived(row.tenant, row.uuid)).toBe(false);
    expect([(await archivedOf(neighbor)).length, (await requestsOf(neighbor)).length]).toEqual([1, 1]);
  });
});

describe('an erasure that meets a sweep', () => {
  test('leaves nothing behind, neither in the tables nor in the archive, whoever comes first', async () => {
    const erasures = new PurgeOperation(store, new LocalSignals());
    const rounds = { sweptFirst: 0, erasedFirst: 0 };
    for (let round = 0; round < 40; round += 1) {
      const rows = [await ended(40), await ended(40), await ended(40)];
      for (const row of rows) await requested(row, 'replayed', 2);
      const erased = rows.map((row) => erasures.purge(row.tenant, formatTypeId('opn', row.uuid)));
      const { archived } = await (round % 2 === 0 ? walk() : Promise.all(erased).then(() => walk()));
      await Promise.all(erased);
      rounds.sweptFirst += archived;
      rounds.erasedFirst += rows.length - archived;
      for (const row of rows) {
        expect([await archivedOf(row), await requestsOf(row)]).toEqual([[], []]);
        expect(await store.findTombstone(row.tenant, row.uuid)).not.toBeNull();
      }
    }
    expect(rounds.sweptFirst).toBeGreaterThan(0);
    expect(rounds.erasedFirst).toBeGreaterThan(0);
  });
});

describe('the months of the archive', () => {
  beforeEach(withoutMonths);

  test('reach from the oldest that is kept to the next one, and are made once', async () => {
    const expected = await monthsSince(365);
    expect(await retention().keepArchive(YEAR_MS)).toEqual({ made: 2 * expected.length, dropped: 0 });
    expect(await months()).toEqual([...expected, 'rest']);
    expect(await months('request_archive')).toEqual([...expected, 'rest']);
    expect(await retention().keepArchive(YEAR_MS)).toEqual({ made: 0, dropped: 0 });
  });

  test('are dropped whole when all of what ended in them is too old', async () => {
    await retention().keepArchive(YEAR_MS);
    const old = await ended(300);
    const young = await ended(40);
    await requested(old, 'created', 1);
    await walk();
    const before = await months();
    const { made, dropped } = await retention().keepArchive(60 * DAY_MS);
    expect([made, dropped]).toEqual([0, 2 * (before.length - 1 - (await monthsSince(60)).length)]);
    expect(await months()).toEqual([...(await monthsSince(60)), 'rest']);
    expect([await archivedOf(old), await requestsOf(old)]).toEqual([[], []]);
    expect(await archivedOf(young)).toHaveLength(1);
  });

  test('that are missing keep nothing from being purged and archived', async () => {
    const row = await ended(40);
    await requested(row, 'created', 1);
    expect(await walk()).toEqual({ purged: 1, archived: 1 });
    expect((await archivedOf(row)).map(({ month }) => month)).toEqual(['operation_archive_rest']);
    // The month stays in the rest, and its neighbors are made.
    await retention().keepArchive(YEAR_MS);
    expect(await months()).toHaveLength((await monthsSince(365)).length);
    const next = await ended(40);
    await walk();
    expect(await archivedOf(next)).toHaveLength(1);
    expect(await store.eraseArchived(row.tenant, row.uuid)).toBe(true);
  });

  test('do not hold what lies in the rest, which is deleted when it is too old', async () => {
    const row = await ended(200);
    await requested(row, 'created', 1);
    await walk();
    await retention().keepArchive(YEAR_MS);
    expect(await archivedOf(row)).toHaveLength(1);
    await retention().keepArchive(60 * DAY_MS);
    expect([await archivedOf(row), await requestsOf(row)]).toEqual([[], []]);
  });

  test('that somebody reads are waited for only a moment, and made later', async () => {
    const reader = await poolOf(dataSource).connect();
    await reader.query('begin');
    await reader.query('select count(*) from holdfast.operation_archive');
    await expect(retention().keepArchive(YEAR_MS)).rejects.toMatchObject({ slug: 'overloaded' });
    const row = await ended(40);
    expect(await walk()).toEqual({ purged: 1, archived: 1 });
    expect(await store.eraseArchived(row.tenant, row.uuid)).toBe(true);
    await reader.query('rollback');
    reader.release();
    expect(await retention().keepArchive(YEAR_MS)).toMatchObject({ dropped: 0 });
    expect(await months()).toHaveLength((await monthsSince(365)).length + 1);
  });

  test('are one process’s business at a time', async () => {
    const other = await poolOf(dataSource).connect();
    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(4807526977)');
    expect(await retention().keepArchive(YEAR_MS)).toEqual({ made: 0, dropped: 0 });
    await other.query('rollback');
    other.release();
    expect(await months()).toEqual(['rest']);
  });
});
