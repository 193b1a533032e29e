import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, poolOf, PostgresStore, statement, statementNames } from '@holdfast/store';
import { freshDatabase, newOperation, someWorkerId, unique, vacuum } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 2 }).initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** The plan PostgreSQL keeps for a prepared statement, whatever its parameters. */
async function genericPlan(name: string): Promise<string> {
  const client = await poolOf(dataSource).connect();
  try {
    const prepared = `plan_of_${name.replaceAll('-', '_')}`;
    await client.query('set plan_cache_mode = force_generic_plan');
    await client.query(`prepare ${prepared} as ${statement(name).text}`);
    const nulls = statement(name)
      .parameters.map(() => 'null')
      .join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) execute ${prepared}${nulls ? `(${nulls})` : ''}`,
    );
    await client.query(`deallocate ${prepared}`);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('reset plan_cache_mode');
    client.release();
  }
}

const HOT = [
  'create',
  'claim',
  'next-due',
  'finish',
  'requeue',
  'record-progress',
  'find',
  'find-by-key',
  'inspect-held',
  'cancel',
  'resume',
  'resume-steps',
  'claim-onward',
  'list',
  'history',
  'log-requests',
  'awaited',
  'lock-operation',
  'purge',
  'purge-to-archive',
  'erase-archived',
  'empty-rest',
  'find-tombstone',
  'begin-requests',
  'find-requests',
  'finish-requests',
  'release-requests',
  'renew-requests',
  'forget-requests',
];

/** What a plan reads from one end to the other, be it by way of an index: no condition stands under the scan. */
function walksOf(plan: string): string[] {
  const lines = plan.split('\n');
  const tables = lines.map((line, at) => (/Cond:/.test(lines[at + 1] ?? '') ? undefined : SCAN.exec(line)?.[1]));
  return tables.filter((table) => table !== undefined && !SMALL.has(table)) as string[];
}

const SCAN = /(?:Seq|Index|Index Only) Scan (?:using \w+ )?on (\w+)/;
/** A row a process, a claim that is under way or a partition; and what is merely looked at by one process at a time. */
const SMALL: ReadonlySet<string> = new Set(['workers', 'operation_claims', 'migrations', 'pg_inherits']);
/** Statements of tests, samples and counts, and what takes a whole restored database in hand: these are meant to walk. */
const WALKING: ReadonlySet<string> = new Set([
  'advance-time',
  'any-held',
  'archive-size',
  'hasten-operations',
  'hold-restored',
  'is-busy',
  'key-estimates',
  'workload',
]);

async function expectNoWalks(): Promise<void> {
  const walks: string[] = [];
  for (const name of statementNames().filter((each) => !WALKING.has(each))) {
    walks.push(...walksOf(await genericPlan(name)).map((table) => `${name} walks ${table}`));
  }
  expect(walks).toEqual([]);
}

async function expectCertainPlans(): Promise<void> {
  await expectNoWalks();
  for (const name of HOT) {
    const plan = await genericPlan(name);
    expect({ name, plan, scans: /Seq Scan|Bitmap|Hash Join|Merge Join/.test(plan) }).toEqual({
      name,
      plan,
      scans: false,
    });
  }
  const claim = await genericPlan('claim');
  expect(claim).toMatch(/Tid Scan on operation_queue q_\d\s+TID Cond/);
  expect(claim).toMatch(/LockRows\s+-> {2}Index Scan using operation_queue_pkey/);
  expect(claim).toMatch(
    /Index Scan using operations_pkey on operations o\s+Index Cond: \(\(shard = ANY \(ARRAY\[\S+\]\)\) AND \(id = \S+\)\)/,
  );
}

describe('the plans of the hot statements (trap 4)', () => {
  test('read by index on empty tables that nobody has analyzed', expectCertainPlans);

  test('stay the same after a moment in which the tables were analyzed and held next to nothing', async () => {
    const store = new PostgresStore(dataSource);
    const type = unique('type');
    await Promise.all(Array.from({ length: 5 }, () => store.create(newOperation({ type }))));
    await store.claim({ workerId: someWorkerId(), lanes: [type], limit: 5, batch: 1, finishedBatches: [] });
    await vacuum(poolOf(dataSource), 'vacuum analyze');
    await expectCertainPlans();
  });

  test('stay the same on full tables that nobody has analyzed', async () => {
    const store = new PostgresStore(dataSource);
    const type = unique('type');
    await Promise.all(Array.from({ length: 3_000 }, () => store.create(newOperation({ type }))));
    await expectCertainPlans();
  });

  test('stay the same after the tables were analyzed', async () => {
    await vacuum(poolOf(dataSource), 'analyze');
    await expectCertainPlans();
  });
});

describe('the sessions of the pool (trap 7)', () => {
  test('free locks of vanished clients and bound every wait', async () => {
    const { rows } = await poolOf(dataSource).query<{ name: string; setting: string }>(
      'select name, setting from pg_settings',
    );
    const settings = new Map(rows.map((row) => [row.name, Number(row.setting)]));
    for (const name of [
      'statement_timeout',
      'lock_timeout',
      'idle_in_transaction_session_timeout',
      'client_connection_check_interval',
    ]) {
      expect({ name, set: (settings.get(name) ?? 0) > 0 }).toEqual({ name, set: true });
    }
    const { options } = poolOf(dataSource) as unknown as { options: { query_timeout: number; keepAlive: boolean } };
    expect(options.query_timeout).toBeGreaterThan(settings.get('statement_timeout') ?? Infinity);
    expect(options.keepAlive).toBe(true);
  });
});

describe('hot statements (trap 12)', () => {
  test('are prepared under their names on the pool of TypeORM', async () => {
    const store = new PostgresStore(dataSource);
    await store.find('nobody', newOperation().uuid);
    const names = new Set<string>();
    for (let connection = 0; connection < 2; connection += 1) {
      const { rows } = await poolOf(dataSource).query<{ name: string }>('select name from pg_prepared_statements');
      for (const row of rows) names.add(row.name);
    }
    expect(names).toContain('find');
  });

  test('are one statement a file', () => {
    for (const name of HOT) {
      const text = readFileSync(new URL(`../../../libs/store/sql/${name}.sql`, import.meta.url), 'utf8');
      expect({ name, semicolons: text.replaceAll(/--.*$/gm, '').includes(';') }).toEqual({ name, semicolons: false });
    }
  });
});
