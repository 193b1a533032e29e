import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Edge,
  edgesFor,
  EVENTS,
  type LifecycleEvent,
  type OperationError,
  type Settlement,
  STATUSES,
  type Status,
} from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import {
  freshDatabase,
  type RowSeed,
  rowText,
  seedClaim,
  type SeededRow,
  seedRow,
  seedWorker,
} from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

const error: OperationError = { code: 'test', message: 'Test.', retryable: true, effect: 'none' };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 4 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** One way to bring an event about: the row it needs, and whether the guard of its edge then holds. */
interface Trial {
  readonly name: string;
  readonly seed: RowSeed;
  readonly guardHolds: boolean;
  readonly to?: Status;
  readonly workerIsLost?: boolean;
  readonly fenceOff?: number;
}

const fenceTrials: Trial[] = [
  { name: 'fence matches', seed: {}, guardHolds: true },
  { name: 'fence is older', seed: { fence: 3 }, fenceOff: -1, guardHolds: false },
  { name: 'fence is newer', seed: { fence: 3 }, fenceOff: 1, guardHolds: false },
];

const TRIALS: Record<LifecycleEvent, readonly Trial[]> = {
  claim: [
    { name: 'due', seed: { runAtIn: -1 }, guardHolds: true },
    { name: 'not due yet', seed: { runAtIn: 3600 }, guardHolds: false },
    { name: 'deadline over', seed: { runAtIn: -1, deadlineIn: -1 }, guardHolds: false },
  ],
  succeed: fenceTrials,
  retry: fenceTrials,
  fail: fenceTrials,
  suspend: fenceTrials,
  'yield-canceled': [
    { name: 'cancel requested', seed: { cancelRequested: true }, guardHolds: true },
    { name: 'no cancel requested', seed: {}, guardHolds: false },
    { name: 'fence is older', seed: { cancelRequested: true, fence: 3 }, fenceOff: -1, guardHolds: false },
  ],
  lose: [
    { name: 'leases left', seed: {}, workerIsLost: true, guardHolds: true, to: 'pending' },
    { name: 'last lease', seed: { lost: 4 }, workerIsLost: true, guardHolds: true, to: 'failed' },
    { name: 'cancel requested', seed: { cancelRequested: true }, workerIsLost: true, guardHolds: true, to: 'canceled' },
    { name: 'lease still running', seed: {}, workerIsLost: false, guardHolds: false },
  ],
  cancel: [{ name: 'asked', seed: {}, guardHolds: true }],
  expire: [
    { name: 'deadline passed', seed: { deadlineIn: -1 }, guardHolds: true },
    { name: 'deadline ahead', seed: { deadlineIn: 3600 }, guardHolds: false },
    { name: 'no deadline', seed: {}, guardHolds: false },
  ],
  resume: [
    { name: 'asked', seed: {}, guardHolds: true },
    { name: 'deadline over', seed: { deadlineIn: -1 }, guardHolds: false },
  ],
};

const settlements: Partial<Record<LifecycleEvent, Settlement>> = {
  succeed: { event: 'succeed', result: '{"done":true}' },
  retry: { event: 'retry', error, delayMs: 1_000 },
  fail: { event: 'fail', error },
  suspend: { event: 'suspend', waiting: { reason: 'timer', name: 'nap' }, delayMs: 1_000 },
  'yield-canceled': { event: 'yield-canceled', error },
};

async function cause(event: LifecycleEvent, row: SeededRow, trial: Trial): Promise<void> {
  const settlement = settlements[event];
  if (settlement) {
    await store.settle({ uuid: row.uuid, shard: row.shard, fence: row.fence + (trial.fenceOff ?? 0), settlement });
    return;
  }
  if (event === 'claim') {
    const workerId = await seedWorker(poolOf(dataSource), 60);
    await store.claim({ workerId, lanes: [row.type], limit: 5, batch: 1, finishedBatches: [] });
  } else if (event === 'lose') {
    await seedWorker(poolOf(dataSource), trial.workerIsLost ? -1 : 60, row.leaseOwner);
    await seedClaim(poolOf(dataSource), row.leaseOwner, [row]);
    await store.loseWorkers();
    await store.loseOperations(1_000);
  } else if (event === 'cancel') {
    await store.cancel(row.tenant, row.uuid);
  } else if (event === 'expire') {
    await store.expireOperations(1_000);
  } else {
    const request = { tenant: row.tenant, uuid: row.uuid, key: null, reason: 'test', version: null };
    await store.resume({ ...request, deadline: undefined, extraAttempts: 5 });
  }
}

async function counters(row: SeededRow): Promise<Record<string, unknown>> {
  const { rows } = await poolOf(dataSource).query<Record<string, unknown>>(
    `select status, version, fence, attempt, lost, max_attempts as max
       from holdfast.operations where shard = $1 and id = $2`,
    [row.shard, row.uuid],
  );
  return rows[0] ?? {};
}

function expectedEdge(status: Status, event: LifecycleEvent, trial: Trial): Edge | undefined {
  if (!trial.guardHolds) return undefined;
  return edgesFor(status, event).find((edge) => trial.to === undefined || edge.to === trial.to);
}

describe('every status × every event on a real row does what the lifecycle table says', () => {
  const cells = STATUSES.flatMap((status) =>
    EVENTS.flatMap((event) => TRIALS[event].map((trial) => ({ status, event, trial, title: trial.name }))),
  );

  test.each(cells)('$status, $event ($title)', async ({ status, event, trial }) => {
    const row = await seedRow(poolOf(dataSource), { status, ...trial.seed });
    const before = await counters(row);
    const textBefore = await rowText(poolOf(dataSource), row);
    await cause(event, row, trial);
    const after = await counters(row);
    const edge = expectedEdge(status, event, trial);
    if (!edge) {
      expect(await rowText(poolOf(dataSource), row)).toBe(textBefore);
      return;
    }
    expect(after['status']).toBe(edge.to);
    expect(Number(after['version'])).toBe(Number(before['version']) + 1);
    for (const counter of ['fence', 'attempt', 'lost', 'max'] as const) {
      const grown = Number(after[counter]) - Number(before[counter]);
      expect({ counter, grew: grown > 0 }).toEqual({ counter, grew: edge.counts.includes(counter) });
    }
  });
});
