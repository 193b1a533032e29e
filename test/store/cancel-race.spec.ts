import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { freshDatabase, newOperation, seedWorker, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

const OPERATIONS = 600;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  dataSource = await createDataSource({ url: database.url, poolMax: 10 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

describe('cancels and claims of the same operations at the same time', () => {
  test('never wait for each other in a circle: each cancel is answered, and each operation is claimed or canceled', async () => {
    const type = unique('type');
    const workerId = await seedWorker(poolOf(dataSource), 60);
    const claimed = new Set<string>();
    const state = { canceling: true };
    const claiming = (async () => {
      for (let batch = 1; state.canceling; batch += 1) {
        const taken = await store.claim({ workerId, lanes: [type], limit: 20, batch, finishedBatches: [] });
        for (const { uuid } of taken) claimed.add(uuid);
      }
    })();
    let next = 0;
    let canceledAtOnce = 0;
    const cancelSome = async () => {
      while (next < OPERATIONS) {
        next += 1;
        const operation = newOperation({ type });
        await store.create(operation);
        const answer = await store.cancel(operation.tenant, operation.uuid);
        if (answer?.operation.status === 'canceled') canceledAtOnce += 1;
      }
    };
    await Promise.all(Array.from({ length: 16 }, cancelSome));
    state.canceling = false;
    await claiming;
    expect(canceledAtOnce + claimed.size).toBe(OPERATIONS);
    // Both sides must have won some, or there was no race.
    expect(canceledAtOnce).toBeGreaterThan(0);
    expect(claimed.size).toBeGreaterThan(0);
  });
});
