import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { unobserved } from '@holdfast/kernel';
import { createDataSource, migrate, poolOf, PostgresStore } from '@holdfast/store';
import type { DataSource } from 'typeorm';
import { BUDGETS, OPERATIONS, WAL_HEADROOM, WAL_SLACK, type Workload } from './budgets.js';
import { WORKLOADS } from './workloads.js';

let server: EmbeddedServer;
let dataSource: DataSource;
let store: PostgresStore;

/** Nobody else writes to its log: neither other tests, nor vacuum, nor checkpoints with their images of whole pages. */
const SETTINGS = {
  autovacuum: 'off',
  full_page_writes: 'off',
  checkpoint_timeout: '1d',
  max_wal_size: '4GB',
};

beforeAll(async () => {
  server = await startEmbeddedPostgres({
    dataDir: join(await mkdtemp(join(tmpdir(), 'holdfast-cost-')), 'data'),
    settings: SETTINGS,
  });
  await migrate(server.url);
  dataSource = await createDataSource({ url: server.url, poolMax: 2 }).initialize();
  // A clock that stands still: each claim is then a look from the beginning.
  store = new PostgresStore(dataSource, unobserved, { monotonicMs: () => 0 });
  // First pages, first statements and catalogs are not what an operation costs.
  for (const prepare of Object.values(WORKLOADS)) await (await prepare(store))();
});
afterAll(async () => {
  await dataSource.destroy();
  await server.stop();
});

async function walPosition(): Promise<number> {
  const { rows } = await poolOf(dataSource).query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`,
  );
  return Number(rows[0]?.bytes);
}

/** What one run sends, and writes for each operation. */
async function costOf(workload: Workload): Promise<{ statements: Record<string, number>; walBytes: number }> {
  const run = await WORKLOADS[workload](store);
  const { sent } = store.executor;
  const before = new Map(sent);
  const from = await walPosition();
  await run();
  const to = await walPosition();
  const statements = [...sent].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
  return {
    statements: Object.fromEntries(statements.filter(([, count]) => count > 0)),
    walBytes: Math.round((to - from) / OPERATIONS),
  };
}

const HOW = 'If that is meant, change its line in test/cost/budgets.ts and say in the commit why.';

describe('an operation costs what test/cost/budgets.ts says, statement by statement and byte by byte', () => {
  test.each(Object.keys(BUDGETS) as Workload[])('%s', async (workload) => {
    const budget = BUDGETS[workload];
    const { statements, walBytes } = await costOf(workload);
    const slack = budget.walBytes * WAL_HEADROOM + WAL_SLACK;
    const outside = Math.abs(walBytes - budget.walBytes) > slack;
    expect({ statements, wal: outside ? `${walBytes} bytes an operation. ${HOW}` : 'as planned' }).toEqual({
      statements: budget.statements,
      wal: outside ? `${budget.walBytes} ± ${Math.round(slack)} bytes an operation` : 'as planned',
    });
  });
});

describe('an operation that is claimed and finished', () => {
  test('keeps more than 85 of 100 updates within their page, without a word to the indexes', async () => {
    const counts = async () => {
      const { rows } = await poolOf(dataSource).query<{ updates: number; hot: number }>(
        `select n_tup_upd::float8 as updates, n_tup_hot_upd::float8 as hot from pg_stat_user_tables
          where relid = 'holdfast.operations'::regclass`,
      );
      return rows[0] ?? { updates: 0, hot: 0 };
    };
    // Sessions report what they did when they end.
    const fresh = await createDataSource({ url: server.url, poolMax: 2 }).initialize();
    const before = await counts();
    const churning = new PostgresStore(fresh, unobserved, { monotonicMs: () => 0 });
    for (let round = 0; round < 3; round += 1) {
      await (
        await WORKLOADS['claim and succeed, 400 at once'](churning)
      )();
    }
    await fresh.destroy();
    let after = await counts();
    while (after.updates < before.updates + 3 * 2 * OPERATIONS) after = await counts();
    const share = (after.hot - before.hot) / (after.updates - before.updates);
    expect(share).toBeGreaterThan(0.85);
  });
});
