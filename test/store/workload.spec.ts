import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DUE_MAX,
  dryRunRetention,
  SHARE_MIN,
  estimateKeys,
  readWorkload,
  sizeOfArchive,
  statement,
} from '@holdfast/store';
import { freshDatabase, newOperation, openTestStore, type TestStore, unique, vacuum } from '@holdfast/testkit';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let backing: TestStore;

beforeAll(async () => {
  database = await freshDatabase();
  backing = await openTestStore(database.url);
});

afterAll(async () => {
  await backing.close();
  await database.drop();
});

const workload = () => readWorkload(backing.store.executor);

async function queue(lane: string, rows: number, runAt: string, rank = '0'): Promise<void> {
  await backing.pool.query(`set statement_timeout = 0;
    insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
    select '${lane}', ${rank}, ${runAt}, n % 256, gen_random_uuid() from generate_series(1, ${rows}) n`);
}

async function dueOf(type: string) {
  return (await workload()).due.filter((one) => one.type === type);
}

describe('the workload', () => {
  test('of an empty database is nothing', async () => {
    expect(await workload()).toEqual({ due: [], workers: 0 });
  });

  test('counts what is due and not what is due later, and says how long the oldest has been', async () => {
    const type = unique('counted');
    await queue(type, 3, `now() - n * interval '10 s'`);
    await queue(type, 5, `now() + interval '1 hour'`);
    const [one] = await dueOf(type);
    expect(one?.due).toBe(3);
    expect(one?.oldestDueForMs).toBeGreaterThan(29_000);
    expect(one?.oldestDueForMs).toBeLessThan(90_000);
  });

  test('finds the oldest below any priority', async () => {
    const type = unique('ranked');
    await queue(type, 2, `now() - interval '1 s'`, '-50');
    await queue(type, 1, `now() - interval '60 s'`, '50');
    const [one] = await dueOf(type);
    expect(one).toMatchObject({ type, due: 3 });
    expect(one?.oldestDueForMs).toBeGreaterThan(59_000);
  });

  test('shows each version of a type under the name of the type', async () => {
    const type = unique('versioned');
    await queue(`${type}@2`, 1, 'now()');
    expect(await dueOf(type)).toMatchObject([{ type, due: 1 }]);
  });

  test('of workers counts those whose lease holds', async () => {
    const worker = { name: 'w', types: [], lanes: [], concurrency: 1 };
    await backing.store.register({ ...worker, workerId: crypto.randomUUID(), leaseMs: 60_000 });
    await backing.store.register({ ...worker, workerId: crypto.randomUUID(), leaseMs: -1 });
    expect((await workload()).workers).toBe(1);
  });
});

describe('with hundreds of thousands of operations in the queue, the workload', () => {
  const type = unique('crowded');

  beforeAll(async () => {
    await queue(type, 200_000, `now() - n * interval '1 ms'`);
    await queue(`${type}.later`, 100_000, `now() + interval '1 hour'`, 'n % 100');
    await queue(`${type}.ranked`, 100_000, `now() - interval '1 min'`, 'n % 100');
  }, 120_000);

  test('says «at least» instead of counting on', async () => {
    const [one] = await dueOf(type);
    expect(one?.due).toBeGreaterThanOrEqual(SHARE_MIN);
    expect(one?.due).toBeLessThanOrEqual(DUE_MAX);
    expect(await dueOf(`${type}.later`)).toMatchObject([{ due: 0, oldestDueForMs: 0 }]);
  });

  test.each([false, true])('touches few pages, analyzed: %s', async (analyzed) => {
    if (analyzed) await vacuum(backing.pool, 'vacuum analyze holdfast.operation_queue');
    const { text, parameters } = statement('workload');
    const bounds: Readonly<Record<string, number>> = {
      lanes_max: 200,
      due_max: DUE_MAX,
      share_min: 100,
      workers_max: 100,
    };
    const { rows } = await backing.pool.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `explain (analyze, buffers, timing off, summary off, format json) ${text}`,
      parameters.map((name) => bounds[name]),
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    const pages = (plan?.['Shared Hit Blocks'] ?? Infinity) + (plan?.['Shared Read Blocks'] ?? Infinity);
    // At most a page for each of 20,000 that are counted, and a handful for each of 200 hops: of 400,000 that wait.
    expect(pages).toBeLessThan(25_000);
  });
});

describe('estimates of keys', () => {
  test('tell live ones from those whose window is over, without counting', async () => {
    const operations = Array.from({ length: 100 }, () => newOperation());
    await Promise.all(operations.map((operation) => backing.store.create(operation)));
    await backing.pool.query(
      `update holdfast.operations
      set status = 'canceled', error = '{}', finished_at = now() - interval '2 years' where id = any($1)`,
      [operations.slice(0, 50).map(({ uuid }) => uuid)],
    );
    await vacuum(backing.pool, 'vacuum analyze holdfast.operations');
    await vacuum(backing.pool, 'vacuum analyze holdfast.idempotency_keys');
    expect(await estimateKeys(backing.store.executor)).toEqual({ live: 50, expired: 50, tombstoned: 0 });
  });
});

describe('a dry run of retention', () => {
  test('counts what a sweep would take away, and looks at ten operations of a shard whatever there is', async () => {
    const { pool } = backing;
    const { executor } = backing.store;
    // Older ones of this shard would be pushed out of the ten that are looked at.
    await pool.query('delete from holdfast.operations where shard = 9');
    const before = await dryRunRetention(executor, 1_000);
    await pool.query(
      `insert into holdfast.operations
         (shard, id, tenant, type, id_prefix, status, max_attempts, max_lost, priority, run_at, finished_at,
          replay_window_ms, idempotency_key)
       select 9, lpad(to_hex(n), 32, '0')::uuid, 't', 'x', 'opn', 'succeeded', 1, 1, 0, now(), now() - interval '1 hour',
              case when n <= 4 then 1800000 else 7200000 end, n::text
         from generate_series(1, 1000) n`,
    );
    await pool.query(
      `insert into holdfast.idempotency_keys
         (shard, tenant, key, operation_id, id_prefix, fingerprint, fingerprint_version, purged_at, final_status)
       select 9, 't', n::text, gen_random_uuid(), 'opn', '', 1, now() - n * interval '1 second', 'succeeded'
         from generate_series(0, 3) n`,
    );
    const after = await dryRunRetention(executor, 1_000);
    expect(after.examined - before.examined).toBeLessThanOrEqual(10);
    expect(after.purgeable - before.purgeable).toBe(4);
    expect(after.forgettable - before.forgettable).toBe(3);
    expect(after.overdueMs).toBeGreaterThanOrEqual(1_800_000);
  });

  test('of the archive knows its months and its size', async () => {
    expect(await sizeOfArchive(backing.store.executor)).toMatchObject({ months: 0, operations: 0, inRest: 0 });
    await backing.pool.query(
      `create table holdfast.operation_archive_2020_01 partition of holdfast.operation_archive
         for values from ('2020-01-01Z') to ('2020-02-01Z');
       insert into holdfast.operation_archive
         (shard, attempts, lost, replays, id, created_at, finished_at, status, tenant, type)
       select 1, 1, 0, 0, gen_random_uuid(), at, at, 'succeeded', 't', 'x'
         from unnest(array['2020-01-05Z', '2020-01-06Z', '2021-01-01Z']::timestamptz[]) at`,
    );
    // The counters of the statistics reach others a moment after the commit.
    await vacuum(backing.pool, 'vacuum analyze holdfast.operation_archive');
    const size = await sizeOfArchive(backing.store.executor);
    expect(size).toMatchObject({ months: 1, operations: 3, inRest: 1 });
    expect(size.bytes).toBeGreaterThan(0);
  });
});
