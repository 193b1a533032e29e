import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { newOperation, seedWorker, testDatabase, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  const { url } = await testDatabase();
  dataSource = await createDataSource({ url, poolMax: 6 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(() => dataSource.destroy());

describe('a failed attempt of an operation that was asked to stop meanwhile', () => {
  test('ends the operation as canceled, and is told as canceled itself', async () => {
    const operation = newOperation({ type: unique('type') });
    const { tenant, uuid, shard, type } = operation;
    await store.create(operation);
    const workerId = await seedWorker(poolOf(dataSource), 60);
    const [claimed] = await store.claim({ workerId, lanes: [type], limit: 1, batch: 1, finishedBatches: [] });
    await store.cancel(tenant, uuid);
    const error = { code: 'handler_error', message: 'Connection reset.', retryable: true, effect: 'unknown' as const };
    const settlement = { event: 'retry' as const, error, delayMs: 1_000 };
    expect(await store.settle({ uuid, shard, fence: claimed?.fence ?? 0, settlement })).toBe(true);
    const history = await store.history(tenant, uuid);
    expect(history?.operation).toMatchObject({ status: 'canceled', error: { code: 'canceled' }, lastError: error });
    expect(history?.attempts).toMatchObject([{ number: 1, outcome: 'yield-canceled', error: { code: 'canceled' } }]);
  });
});
