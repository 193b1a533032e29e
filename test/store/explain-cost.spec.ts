import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EXPLAIN_LIMITS, newUuid, type QueuePlace } from '@holdfast/kernel';
import { statement } from '@holdfast/store';
import { freshDatabase, openTestStore, seedRow, type TestStore, unique, vacuum } from '@holdfast/testkit';

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

describe('with a million operations in the queue, an explanation', () => {
  const LANE = unique('crowded');
  const MILLION = 1_000_000;

  /**
   * Pages that the plan PostgreSQL keeps for a prepared statement touches, and the big tables it reads as a whole: figures
   * that do not depend on the machine.
   */
  async function costOf(name: string, values: Readonly<Record<string, string | number | null>>) {
    const client = await backing.pool.connect();
    try {
      const { text, parameters } = statement(name);
      const literals = parameters.map((parameter) => {
        const value = values[parameter];
        return value === null || value === undefined ? 'null' : client.escapeLiteral(`${value}`);
      });
      await client.query('set plan_cache_mode = force_generic_plan');
      await client.query(`prepare costed as ${text}`);
      const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, timing off, summary off, format json) execute costed (${literals.join(', ')})`,
      );
      const root = rows[0]?.['QUERY PLAN'][0].Plan;
      const nodes = JSON.stringify(root).matchAll(/"Node Type":"Seq Scan",[^}]*?"Relation Name":"(\w+)"/g);
      const scans = [...nodes].map(([, table]) => table).filter((table) => table !== 'workers');
      return { scans, pages: (root?.['Shared Hit Blocks'] ?? Infinity) + (root?.['Shared Read Blocks'] ?? Infinity) };
    } finally {
      // The connection goes with its settings.
      client.release(true);
    }
  }

  /** In portions, each of which is done within the time a statement has, also on a busy machine. */
  async function fill(rank: string, runAt: string): Promise<void> {
    const portion = MILLION / 40;
    for (let from = 1; from <= MILLION / 4; from += portion) {
      await backing.pool.query(`insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
        select '${LANE}', ${rank}, ${runAt}, n % 256, gen_random_uuid()
          from generate_series(${from}, ${from + portion - 1}) n`);
    }
  }

  beforeAll(async () => {
    await fill('0', `now() - n * interval '1 ms'`);
    await fill('-5', `now() + interval '1 hour' + n * interval '1 ms'`);
    await fill('-(n % 100)', `now() + interval '1 hour'`);
    await fill('n % 100', `now() - interval '1 hour'`);
  }, 120_000);

  test.each([
    ['behind all of them', 99, EXPLAIN_LIMITS.ahead],
    ['among the due ones', 0, EXPLAIN_LIMITS.ahead],
    ['before all but those that are not due', -100, 0],
  ])('touches few pages: %s', async (_where, rank, ahead) => {
    const runAt = Date.now() * 1_000;
    const place: QueuePlace = { type: LANE, lane: LANE, rank, runAt, shard: 1, uuid: newUuid(Date.now(), 1) };
    expect(await backing.store.laneTraffic(place)).toMatchObject({ ahead });
    for (const analyzed of [false, true]) {
      if (analyzed) await vacuum(backing.pool, 'analyze holdfast.operation_queue');
      const { pages, scans } = await costOf('lane-traffic', {
        type: LANE,
        lane: LANE,
        rank,
        run_at_us: runAt,
        shard: 1,
        id: place.uuid,
        ahead_max: EXPLAIN_LIMITS.ahead,
        workers_max: EXPLAIN_LIMITS.workers,
        claims_max: EXPLAIN_LIMITS.claimsEach,
      });
      expect(scans).toEqual([]);
      // Each row that is counted costs its page in the index and its page in the table, as long as nothing is vacuumed.
      expect(pages).toBeLessThan(2 * EXPLAIN_LIMITS.ahead + 200);
    }
  });

  test('touches no operation but its own', async () => {
    const row = await seedRow(backing.pool, { type: LANE });
    const { pages, scans } = await costOf('explain', {
      shard: row.shard,
      id: row.uuid,
      tenant: row.tenant,
      request: null,
      steps_max: 20,
      attempts_max: 50,
      resumes_max: 20,
      requests_max: 20,
      requests_counted_max: 1_000,
    });
    expect(scans).toEqual([]);
    expect(pages).toBeLessThan(60);
  });
});
