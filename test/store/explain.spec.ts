import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EXPLAIN_LIMITS, formatTypeId, laneOf, newUuid } from '@holdfast/kernel';
import {
  freshDatabase,
  newOperation,
  openTestStore,
  type RowSeed,
  seedAttempt,
  seedClaim,
  type SeededRow,
  seedRow,
  seedStep,
  someWorkerId,
  type TestStore,
  unique,
} from '@holdfast/testkit';

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

const seed = (told: RowSeed = {}) => seedRow(backing.pool, told);

async function circumstancesOf({ tenant, uuid }: Pick<SeededRow, 'tenant' | 'uuid'>, request: number | null = null) {
  const found = await backing.store.circumstances(tenant, uuid, request);
  if (!found) throw new Error(`there is no operation ${uuid}`);
  return found;
}

async function trafficAround(row: SeededRow) {
  return backing.store.laneTraffic((await circumstancesOf(row)).place);
}

interface WorkerSeed {
  readonly types: readonly string[];
  /** Absent for a worker of the release before. */
  readonly lanes?: readonly string[];
  readonly concurrency?: number;
  readonly leaseMs?: number;
}

async function workerOf({ types, lanes, concurrency = 2, leaseMs = 60_000 }: WorkerSeed): Promise<string> {
  const workerId = someWorkerId();
  await backing.store.register({
    workerId,
    name: `host/${workerId}`,
    types,
    lanes: lanes ?? types,
    concurrency,
    leaseMs,
  });
  if (!lanes) await backing.pool.query('update holdfast.workers set lanes = null where id = $1', [workerId]);
  return workerId;
}

describe('the circumstances of an operation', () => {
  test('are nobody else’s, and nothing for an id that never was', async () => {
    const { uuid } = await seed();
    expect(await backing.store.circumstances(unique('tenant'), uuid, null)).toBeNull();
    expect(await backing.store.circumstances('nobody', newUuid(Date.now(), 3), null)).toBeNull();
  });

  test('hold the lease with its worker, and whether it is over by the clock of the database', async () => {
    const alive = await workerOf({ types: [] });
    const held = await circumstancesOf(await seed({ status: 'running', leaseOwner: alive, queued: false }));
    expect(held.lease).toMatchObject({ workerId: alive, worker: { name: `host/${alive}` }, isOver: false });
    const late = await workerOf({ types: [], leaseMs: -1 });
    const lapsed = await circumstancesOf(await seed({ status: 'running', leaseOwner: late, queued: false }));
    expect(lapsed.lease).toMatchObject({ workerId: late, isOver: true });
    const gone = await circumstancesOf(await seed({ status: 'running', queued: false }));
    expect(gone.lease).toMatchObject({ worker: null, isOver: true });
    expect((await circumstancesOf(await seed())).lease).toBeNull();
  });

  test('hold the open steps, the latest that ended, and that it is being undone', async () => {
    const row = await seed({ status: 'running', queued: false });
    const id = formatTypeId('opn', row.uuid);
    await seedStep(backing.pool, id, { name: 'first', finishedAgo: 5_000 });
    await seedStep(backing.pool, id, { name: 'second', finishedAgo: 3_000, output: 'tulip' });
    await seedStep(backing.pool, id, { name: 'pay out', startedAgo: 2_000, finishedAgo: null });
    const before = await circumstancesOf(row);
    expect(before.openSteps).toMatchObject([{ kind: 'step', name: 'pay out', finishedAt: null, childUuid: null }]);
    expect(before).toMatchObject({ latestStep: { name: 'second' }, isUndoing: false });
    await seedStep(backing.pool, id, { name: 'failure', kind: 'failure', error: { code: 'no' } });
    expect(await circumstancesOf(row)).toMatchObject({ latestStep: { name: 'second' }, isUndoing: true });
  });

  test('hold the newest attempts in order, each lost one with its worker', async () => {
    const row = await seed({ status: 'running', fence: 60, queued: false });
    const id = formatTypeId('opn', row.uuid);
    const worker = await workerOf({ types: [] });
    for (let fence = 1; fence <= EXPLAIN_LIMITS.attempts + 3; fence += 1) {
      await seedAttempt(backing.pool, id, { number: fence, fence, outcome: 'lose', endedAgo: 1_000 - fence });
    }
    await backing.pool.query('update holdfast.operation_attempts set worker_id = $2 where operation_id = $1', [
      row.uuid,
      worker,
    ]);
    const { attempts } = await circumstancesOf(row);
    expect(attempts.map(({ fence }) => fence)).toEqual(
      Array.from({ length: EXPLAIN_LIMITS.attempts }, (_, at) => at + 4),
    );
    expect(attempts[0]).toMatchObject({ outcome: 'lose', workerId: worker, workerName: `host/${worker}` });
  });

  test('hold the newest requests, or the one with a number, and how many there are', async () => {
    const row = await seed();
    const begin = Date.now();
    const log = async (attempt: number, outcome: 'created' | 'replayed' = 'replayed') =>
      backing.store.logRequest({
        id: newUuid(begin + attempt, row.shard),
        operationUuid: row.uuid,
        shard: row.shard,
        outcome,
        clientAttempt: attempt,
        clientMax: null,
        reason: null,
        traceParent: null,
      });
    const attempts = async (request: number | null = null) =>
      (await circumstancesOf(row, request)).requests.rows.map(({ attempt }) => attempt);
    expect((await circumstancesOf(row)).requests).toEqual({ createdIsWritten: false, written: 0, rows: [] });
    for (let attempt = 2; attempt <= 30; attempt += 1) await log(attempt);
    expect((await circumstancesOf(row)).requests).toMatchObject({ createdIsWritten: false, written: 29 });
    expect(await attempts()).toEqual(Array.from({ length: EXPLAIN_LIMITS.requests }, (_, at) => at + 11));
    // The create is number 1, also when only the operation's row tells of it.
    expect([await attempts(1), await attempts(2), await attempts(30), await attempts(31)]).toEqual([[], [2], [30], []]);
    await log(1, 'created');
    expect((await circumstancesOf(row)).requests).toMatchObject({ createdIsWritten: true, written: 30 });
    expect([await attempts(1), await attempts(30)]).toEqual([[1], [30]]);
  });
});

describe('the traffic around a due operation', () => {
  test('counts what comes before it in its lane: the more urgent, then the older, and only what is due', async () => {
    const type = unique('type');
    const [first, second, urgent] = [
      await seed({ type, runAtIn: -30 }),
      await seed({ type, runAtIn: -20 }),
      await seed({ type, runAtIn: -10, priority: 5 }),
    ];
    await seed({ type, runAtIn: 60, priority: 9 });
    await seed({ type: unique('type'), runAtIn: -90 });
    const ahead = [await trafficAround(first), await trafficAround(second), await trafficAround(urgent)];
    expect(ahead.map((seen) => seen.ahead)).toEqual([1, 2, 0]);
  });

  test('tells apart operations that became due in the same millisecond', async () => {
    const type = unique('type');
    const rows = await Promise.all(Array.from({ length: 4 }, () => seed({ type })));
    await backing.pool.query(
      `with moved as (
         update holdfast.operations o set run_at = timestamptz '2030-01-01' - interval '10 years'
             + row.place * interval '1 microsecond'
           from unnest($1::uuid[]) with ordinality as row (id, place) where o.id = row.id
         returning o.id, o.run_at)
       update holdfast.operation_queue q set run_at = moved.run_at from moved where q.id = moved.id`,
      [rows.map(({ uuid }) => uuid)],
    );
    const traffic = await Promise.all(rows.map(trafficAround));
    expect(traffic.map(({ ahead }) => ahead)).toEqual([0, 1, 2, 3]);
  });

  test('knows who is alive, who knows the type, and who knows it in its version', async () => {
    const type = unique('type');
    const operation = newOperation({ type, typeVersion: '2' });
    await backing.store.create(operation);
    const traffic = async () => backing.store.laneTraffic((await circumstancesOf(operation)).place);
    const { live } = await traffic();
    await workerOf({ types: [type], lanes: [laneOf(type, '1'), type], leaseMs: -1 });
    expect(await traffic()).toMatchObject({ live, knowType: 0, knowLane: 0, lanes: [] });
    await workerOf({ types: [type], lanes: [laneOf(type, '1'), type] });
    expect(await traffic()).toMatchObject({ live: live + 1, knowType: 1, knowLane: 0, slots: 0 });
    expect((await traffic()).lanes).toEqual([type, laneOf(type, '1')]);
    await workerOf({ types: [type], lanes: [laneOf(type, '2')], concurrency: 3 });
    expect(await traffic()).toMatchObject({ live: live + 2, knowType: 2, knowLane: 1, slots: 3, held: 0 });
  });

  test('gives a worker of the release before, which tells no versions, the benefit of the doubt', async () => {
    const type = unique('type');
    const operation = newOperation({ type, typeVersion: '2' });
    await backing.store.create(operation);
    await workerOf({ types: [type] });
    const { place } = await circumstancesOf(operation);
    expect(await backing.store.laneTraffic(place)).toMatchObject({ knowType: 1, knowLane: 1, lanes: [] });
  });

  test('counts the slots that are taken, whatever a claim record still names', async () => {
    const type = unique('type');
    const worker = await workerOf({ types: [type], concurrency: 3 });
    const held = await seed({ type, status: 'running', leaseOwner: worker, queued: false });
    const done = await seed({ type, status: 'succeeded', queued: false });
    const elsewhere = await seed({ type, status: 'running', queued: false });
    await seedClaim(backing.pool, worker, [held, done, elsewhere]);
    expect(await trafficAround(await seed({ type }))).toMatchObject({ knowLane: 1, slots: 3, held: 1 });
  });
});
