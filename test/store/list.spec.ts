import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ListPage, type ListQuery, type Operation, type Status } from '@holdfast/kernel';
import { createDataSource, Executor, LIST_WALK_MAX, listOperations, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, newOperation, seedRow, unique, vacuum } from '@holdfast/testkit';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;
let tenant: string;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 4 }).initialize();
  store = new PostgresStore(dataSource);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});
beforeEach(() => {
  tenant = unique('tenant');
});

function ask(told: Partial<ListQuery> = {}): ListQuery {
  return {
    tenant,
    statuses: [],
    type: null,
    idempotencyKey: null,
    labels: {},
    createdAfter: null,
    createdBefore: null,
    before: null,
    limit: 3,
    ...told,
  };
}

/** Every page of a list, from the first to the one that has no next; `between` runs after each. */
async function pages(
  query: ListQuery,
  walkMax = LIST_WALK_MAX,
  between: () => Promise<unknown> = () => Promise.resolve(),
): Promise<ListPage[]> {
  const found: ListPage[] = [];
  let before: string | null = null;
  do {
    const page: ListPage = await listOperations(store.executor, { ...query, before }, walkMax);
    found.push(page);
    before = page.next;
    await between();
  } while (before !== null);
  return found;
}

const uuidsOf = (found: readonly ListPage[]) =>
  found.flatMap(({ operations }) => operations.map(({ uuid }: Operation) => uuid));
const newestFirst = (uuids: readonly string[]) => [...uuids].sort().toReversed();

describe('a list by status', () => {
  const STATUSES: readonly Status[] = ['pending', 'running', 'succeeded', 'failed', 'canceled'];

  test('of failed and canceled operations follows their way: ended, resumed, ended again, purged', async () => {
    const type = unique('type');
    const [failing, other] = [newOperation({ tenant, type }), newOperation({ tenant })];
    await store.create(failing);
    await store.create(other);
    const failed = async () => uuidsOf(await pages(ask({ statuses: ['failed'] })));
    const fail = async (batch: number) => {
      const workerId = failing.uuid;
      const claimed = await store.claim({ workerId, lanes: [type], limit: 1, batch, finishedBatches: [] });
      expect(claimed).toMatchObject([{ uuid: failing.uuid }]);
      const error = { code: 'broken', message: 'Broken.', retryable: false, effect: 'none' } as const;
      const { uuid, shard, fence } = claimed[0] ?? { uuid: '', shard: 0, fence: 0 };
      expect(await store.settle({ uuid, shard, fence, settlement: { event: 'fail', error } })).toBe(true);
    };
    await fail(1);
    expect(await failed()).toEqual([failing.uuid]);
    await store.cancel(tenant, other.uuid);
    expect(uuidsOf(await pages(ask({ statuses: ['canceled'] })))).toEqual([other.uuid]);
    const resume = { tenant, uuid: failing.uuid, key: null, reason: null, deadline: undefined };
    await store.resume({ ...resume, version: null, extraAttempts: 1 });
    expect(await failed()).toEqual([]);
    await fail(2);
    expect(await failed()).toEqual([failing.uuid]);
    expect(await store.purge(tenant, failing.uuid)).toBe('purged');
    const { rows } = await poolOf(dataSource).query(
      'select id, status from holdfast.unsuccessful_operations where tenant = $1',
      [tenant],
    );
    expect(rows).toEqual([{ id: other.uuid, status: 'canceled' }]);
  });

  test('of running operations knows what was claimed, and nothing that has ended since', async () => {
    const type = unique('type');
    const made = Array.from({ length: 5 }, () => newOperation({ tenant, type }));
    await Promise.all(made.map((operation) => store.create(operation)));
    const workerId = made[0]?.uuid ?? '';
    const claimed = await store.claim({ workerId, lanes: [type], limit: 4, batch: 9, finishedBatches: [] });
    const [first, ...rest] = claimed;
    const settlement = { event: 'succeed', result: null } as const;
    await store.settle({ uuid: first?.uuid ?? '', shard: first?.shard ?? 0, fence: first?.fence ?? 0, settlement });
    expect(uuidsOf(await pages(ask({ statuses: ['running'], limit: 2 })))).toEqual(
      newestFirst(rest.map(({ uuid }) => uuid)),
    );
  });

  test('shows, for any filters, page size and length of walk, what passes once each and newest first', async () => {
    const pool = poolOf(dataSource);
    const types = [unique('type'), unique('type')] as const;
    const rows: { uuid: string; type: string; status: Status }[] = [];
    for (let n = 0; n < 60; n += 1) {
      const status = STATUSES[(n * 7) % 5] as Status;
      const type = types[n % 2] as string;
      const row = await seedRow(pool, { tenant, status, type });
      if (status === 'running') {
        await pool.query(
          'insert into holdfast.operation_claims (worker_id, batch, shards, ids) values ($1, $2, $3, $4)',
          [row.leaseOwner, n, [row.shard], [row.uuid]],
        );
      }
      rows.push({ uuid: row.uuid, type, status });
    }
    await fc.assert(
      fc.asyncProperty(
        fc.subarray([...STATUSES]),
        fc.constantFrom(null, ...types),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 12 }),
        async (statuses, type, limit, walkMax) => {
          const found = await pages(ask({ statuses, type, limit }), walkMax);
          const passing = rows.filter(
            (row) => (statuses.length === 0 || statuses.includes(row.status)) && (type === null || row.type === type),
          );
          expect(uuidsOf(found)).toEqual(newestFirst(passing.map(({ uuid }) => uuid)));
          for (const { operations } of found) expect(operations.length).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('misses nothing and repeats nothing that is there for the whole walk, whatever comes, ends or goes meanwhile', async () => {
    const pool = poolOf(dataSource);
    const stays: string[] = [];
    const goes: string[] = [];
    for (let n = 0; n < 40; n += 1) {
      const { uuid } = await seedRow(pool, { tenant, status: n % 2 === 0 ? 'failed' : 'succeeded' });
      if (n % 8 === 0) goes.push(uuid);
      else if (n % 2 === 0) stays.push(uuid);
    }
    const mixed = ask({ statuses: ['failed', 'pending'], limit: 2 });
    for (const query of [ask({ statuses: ['failed'], limit: 2 }), mixed]) {
      const found = await pages(query, 5, async () => {
        await seedRow(pool, { tenant, status: 'failed' });
        const gone = goes.pop();
        if (gone !== undefined) expect(await store.purge(tenant, gone)).toBe('purged');
      });
      const shown = uuidsOf(found);
      expect(new Set(shown).size).toBe(shown.length);
      expect(shown).toEqual(expect.arrayContaining(stays));
    }
  });
});

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that a plan took from tables. */
function scanned(node: PlanNode): number {
  const own = node['Relation Name'] ? node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) : 0;
  const below = (node.Plans ?? []).reduce((sum, child) => sum + scanned(child), 0);
  return own * node['Actual Loops'] + below;
}

describe('a list over many operations', () => {
  const MANY = 4 * LIST_WALK_MAX;

  beforeEach(async () => {
    await poolOf(dataSource).query(
      `insert into holdfast.operations
         (shard, id, tenant, type, id_prefix, status, max_attempts, max_lost, priority, run_at, finished_at,
          replay_window_ms, idempotency_key)
       select get_byte(uuid_send(id), 15), id, $1, 'many', 'opn', 'succeeded', 5, 5, 0, now(), now(), 1, n::text
         from (select n, gen_random_uuid() as id from generate_series(1, $2::integer) n) s`,
      [tenant, MANY],
    );
  });

  async function rowsVisited(query: ListQuery): Promise<number> {
    let visited = 0;
    const explain = async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await poolOf(dataSource).query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
        `explain (analyze, timing off, format json) ${text}`,
        values,
      );
      for (const { Plan } of rows[0]?.['QUERY PLAN'] ?? []) visited += scanned(Plan);
      return { rows: [] };
    };
    await listOperations(new Executor({ query: explain as never }, { prepare: false }), query);
    return visited;
  }

  test.each<[string, Partial<ListQuery>, number]>([
    ['no filter', {}, 4],
    ['failed ones, of which there are none', { statuses: ['failed'] }, 0],
    ['running ones, of which there are none', { statuses: ['running'] }, 100],
    ['a type that nobody has', { type: 'none' }, LIST_WALK_MAX],
    ['a label that nobody has', { labels: { nobody: 'has' } }, LIST_WALK_MAX],
    ['pending ones, of which there are none', { statuses: ['pending'] }, LIST_WALK_MAX],
    ['succeeded ones', { statuses: ['succeeded'] }, 4],
    ['failed or pending ones', { statuses: ['failed', 'pending'] }, LIST_WALK_MAX],
    ['a moment in which nothing was made', { createdAfter: new Date('2100-01-01') }, LIST_WALK_MAX],
  ])('looks at a bounded number of them: %s', async (_, filter, bound) => {
    for (const analyzed of [false, true]) {
      if (analyzed) await vacuum(poolOf(dataSource), 'analyze');
      expect(await rowsVisited(ask(filter))).toBeLessThanOrEqual(bound);
    }
  });

  test('looks at as many failed ones as it shows, however many there are', async () => {
    await poolOf(dataSource).query(
      `with failed as (
         update holdfast.operations set status = 'failed', error = '{}' where tenant = $1 returning *
       )
       insert into holdfast.unsuccessful_operations (tenant, status, id, shard) select tenant, status, id, shard from failed`,
      [tenant],
    );
    const visited = await rowsVisited(ask({ statuses: ['failed'] }));
    expect(visited).toBeGreaterThan(0);
    expect(visited).toBeLessThanOrEqual(12);
  });
});
