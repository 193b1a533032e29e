import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ClaimedOperation, NewOperation, Slots } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, newOperation, openTestStore, seedWorker, startPostgresProxy, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

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

/** Slots for everything, and what became of them. */
class Offer implements Slots {
  readonly taken: ClaimedOperation[] = [];
  settled = 0;
  doubts = 0;

  constructor(readonly workerId: string) {}

  reserve(operations: readonly NewOperation[]) {
    return {
      workerId: this.workerId,
      batch: 1,
      seats: operations.map(() => true),
      take: (claimed: readonly ClaimedOperation[]) => {
        this.settled += 1;
        this.taken.push(...claimed);
      },
      doubt: () => {
        this.doubts += 1;
      },
    };
  }
}

/** Creates into slots of a worker of its own. */
async function createInto(operation: NewOperation) {
  const offer = new Offer(await seedWorker(poolOf(dataSource), 60));
  const withdraw = store.offer(offer);
  const created = await store.create(operation);
  withdraw();
  return { offer, created };
}

/** A row without what no two operations share; times are told by which of them are the same. */
async function rowOf({ uuid }: NewOperation): Promise<Record<string, unknown>> {
  const { rows } = await poolOf(dataSource).query<{ row: Record<string, unknown> }>(
    `select to_jsonb(o) - '{id,shard,idempotency_key,lease_owner,created_at,run_at,claimed_at,started_at,updated_at}'::text[]
            || jsonb_build_object('leased', lease_owner is not null, 'began', started_at = claimed_at,
                                  'touched', updated_at = claimed_at, 'due', run_at = created_at) as row
       from holdfast.operations o where id = $1`,
    [uuid],
  );
  return rows[0]?.row ?? {};
}

async function queued({ uuid }: NewOperation): Promise<boolean> {
  const { rowCount } = await poolOf(dataSource).query('select from holdfast.operation_queue where id = $1', [uuid]);
  return rowCount === 1;
}

describe('an operation that is created into a slot', () => {
  test('is in every column what a create and a claim would have made of it', async () => {
    const shared = { tenant: unique('tenant'), type: unique('type'), labels: { team: 'red' }, priority: 3 };
    const [claimed, handed] = [newOperation(shared), newOperation(shared)];
    await store.create(claimed);
    const workerId = await seedWorker(poolOf(dataSource), 60);
    const [asClaimed] = await store.claim({ workerId, lanes: [shared.type], limit: 1, batch: 1, finishedBatches: [] });
    const { offer, created } = await createInto(handed);
    expect(await rowOf(handed)).toEqual(await rowOf(claimed));
    expect(await queued(handed)).toBe(false);
    const { uuid, id, shard } = offer.taken[0] as ClaimedOperation;
    const { dueForMs, ageMs } = offer.taken[0] as ClaimedOperation;
    const claimedAtMs = created?.createdAt.getTime();
    expect(offer.taken).toEqual([{ ...asClaimed, uuid, id, shard, dueForMs, ageMs, claimedAtMs }]);
    expect(created).toEqual(await store.find(handed.tenant, handed.uuid));
  });

  test('can be finished under its fence, once', async () => {
    const { offer } = await createInto(newOperation());
    const { uuid, shard, fence } = offer.taken[0] as ClaimedOperation;
    const end = { uuid, shard, fence, settlement: { event: 'succeed', result: null } } as const;
    expect(await store.settle(end)).toBe(true);
    expect(await store.settle(end)).toBe(false);
  });

  test('comes back when its worker is lost', async () => {
    const operation = newOperation();
    const { offer } = await createInto(operation);
    await poolOf(dataSource).query('update holdfast.workers set lost_at = now() where id = $1', [offer.workerId]);
    const { requeued } = await store.loseOperations(500);
    expect(requeued).toContain(operation.uuid);
  });
});

describe('a slot stays free', () => {
  test('when the key is taken: a replay claims nothing', async () => {
    const operation = newOperation();
    await store.create(operation);
    const { offer, created } = await createInto({ ...newOperation(operation), key: operation.key });
    expect(created).toBeNull();
    expect(offer).toMatchObject({ taken: [], settled: 1, doubts: 0 });
    expect(await queued(operation)).toBe(true);
  });

  test.each([
    ['is due later', { delayMs: 60_000 }],
    ['is due at a time', { runAt: new Date(Date.now() + 60_000) }],
    ['has a deadline', { deadline: new Date(Date.now() + 60_000) }],
  ])('when the operation %s', async (_, told) => {
    const operation = newOperation(told);
    const { offer, created } = await createInto(operation);
    expect(created).toMatchObject({ status: 'pending', version: 1, attempt: 0 });
    expect(offer).toMatchObject({ taken: [], settled: 1 });
    expect(await queued(operation)).toBe(true);
  });

  test('when PostgreSQL refuses the operation, which is certain', async () => {
    const offer = new Offer(await seedWorker(poolOf(dataSource), 60));
    const withdraw = store.offer(offer);
    await expect(store.create(newOperation({ maxAttempts: 0 }))).rejects.toThrow('violates check constraint');
    withdraw();
    expect(offer).toMatchObject({ taken: [], settled: 1, doubts: 0 });
  });
});

test('a create whose answer is lost puts the slots in doubt', async () => {
  const proxy = await startPostgresProxy(database.url);
  const away = await openTestStore(proxy.url);
  try {
    const offer = new Offer(await seedWorker(poolOf(dataSource), 60));
    away.store.offer(offer);
    proxy.set('lose-answers');
    await expect(away.store.create(newOperation())).rejects.toThrow();
    expect(offer).toMatchObject({ taken: [], settled: 0, doubts: 1 });
  } finally {
    proxy.set('pass');
    await away.close();
    await proxy.close();
  }
});
