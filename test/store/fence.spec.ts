import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OperationError, Settlement } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, newOperation, rowText, seedWorker, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

const error: OperationError = { code: 'test', message: 'Test.', retryable: true, effect: 'unknown' };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 6 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** An operation that worker A held, lost with its lease, and worker B holds now. */
async function takenOver() {
  const pool = poolOf(dataSource);
  const type = unique('type');
  const operation = newOperation({ type });
  await store.create(operation);
  const workerA = await seedWorker(pool, 60);
  const [heldByA] = await store.claim({ workerId: workerA, lanes: [type], limit: 1, batch: 1, finishedBatches: [] });
  await pool.query("update holdfast.workers set lease_until = now() - interval '1 second' where id = $1", [workerA]);
  expect(await store.loseWorkers()).toBe(1);
  expect((await store.loseOperations(100)).requeued).toEqual([operation.uuid]);
  await pool.query('update holdfast.operations set run_at = now() where id = $1', [operation.uuid]);
  await pool.query('update holdfast.operation_queue set run_at = now() where id = $1', [operation.uuid]);
  const workerB = await seedWorker(pool, 60);
  const [heldByB] = await store.claim({ workerId: workerB, lanes: [type], limit: 1, batch: 1, finishedBatches: [] });
  if (!heldByA || !heldByB) throw new Error('the claims came home empty');
  return { workerA, heldByA, heldByB };
}

const STALE: readonly Settlement[] = [
  { event: 'succeed', result: '"stale"' },
  { event: 'retry', error, delayMs: 0 },
  { event: 'fail', error },
  { event: 'yield-canceled', error },
  { event: 'suspend', waiting: null, delayMs: 0 },
];

describe('a worker whose lease was lost (trap 1, I4)', () => {
  test.each(STALE)('commits nothing by $event, and its successor finishes', async (settlement) => {
    const { heldByA, heldByB } = await takenOver();
    const before = await rowText(poolOf(dataSource), heldByB);
    expect(await store.settle({ ...heldByA, settlement })).toBe(false);
    expect(await rowText(poolOf(dataSource), heldByB)).toBe(before);
    expect(await store.settle({ ...heldByB, settlement: { event: 'succeed', result: '"mine"' } })).toBe(true);
    expect(await store.find(heldByB.tenant, heldByB.uuid)).toMatchObject({ status: 'succeeded', result: '"mine"' });
  });

  test('reports no progress', async () => {
    const { heldByA, heldByB } = await takenOver();
    const before = await rowText(poolOf(dataSource), heldByB);
    expect(await store.recordProgress(heldByA, '{"completed":1}')).toBe(false);
    expect(await rowText(poolOf(dataSource), heldByB)).toBe(before);
    expect(await store.recordProgress(heldByB, '{"completed":1}')).toBe(true);
  });

  test('cannot renew itself back to life, and is told so', async () => {
    const { workerA, heldByA } = await takenOver();
    expect(await store.renew(workerA, 60_000, [])).toBe(false);
    expect(await store.inspect([heldByA])).toMatchObject([{ held: false }]);
  });

  test('commits nothing even when its statement waited on the row lock while the successor took over', async () => {
    const pool = poolOf(dataSource);
    const type = unique('type');
    const operation = newOperation({ type });
    await store.create(operation);
    const workerA = await seedWorker(pool, 60);
    const [held] = await store.claim({ workerId: workerA, lanes: [type], limit: 1, batch: 1, finishedBatches: [] });
    if (!held) throw new Error('the claim came home empty');
    const successor = await pool.connect();
    try {
      await successor.query('begin');
      await successor.query('update holdfast.operations set fence = fence + 1 where id = $1', [held.uuid]);
      const stale = store.settle({ ...held, settlement: { event: 'succeed', result: null } });
      await successor.query('select pg_sleep(0.05)');
      await successor.query('commit');
      expect(await stale).toBe(false);
    } finally {
      successor.release();
    }
    expect(await store.find(held.tenant, held.uuid)).toMatchObject({ status: 'running' });
  });
});

describe('an operation that kills every worker it meets (trap 9)', () => {
  test('ends as worker_lost after its last lease, and not before', async () => {
    const pool = poolOf(dataSource);
    const type = unique('type');
    const operation = newOperation({ type, maxLost: 3, maxAttempts: 1 });
    await store.create(operation);
    for (let lost = 1; lost <= 3; lost += 1) {
      const workerId = await seedWorker(pool, 60);
      await pool.query('update holdfast.operations set run_at = now() where id = $1', [operation.uuid]);
      await pool.query('update holdfast.operation_queue set run_at = now() where id = $1', [operation.uuid]);
      const claimed = await store.claim({ workerId, lanes: [type], limit: 1, batch: 1, finishedBatches: [] });
      expect(claimed).toMatchObject([{ attempt: lost, fence: lost }]);
      await pool.query("update holdfast.workers set lease_until = now() - interval '1 second' where id = $1", [
        workerId,
      ]);
      await store.loseWorkers();
      const swept = await store.loseOperations(100);
      expect(swept).toMatchObject(lost < 3 ? { requeued: [operation.uuid] } : { ended: [operation.uuid] });
    }
    const ended = await store.find(operation.tenant, operation.uuid);
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'worker_lost', effect: 'unknown' } });
    expect(ended?.attempt).toBeLessThanOrEqual(ended?.maxAttempts ?? 0);
    const { rows } = await pool.query(
      'select number, outcome from holdfast.operation_attempts where operation_id = $1 order by fence',
      [operation.uuid],
    );
    expect(rows).toEqual([1, 2, 3].map((number) => ({ number, outcome: 'lose' })));
  });
});
