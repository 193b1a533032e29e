import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUuid } from '@holdfast/kernel';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { seedRow, type SeededRow, testDatabase } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  const { url } = await testDatabase();
  dataSource = await createDataSource({ url, poolMax: 8 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(() => dataSource.destroy());

const log = ({ uuid, shard }: SeededRow) =>
  store.logRequest({
    id: newUuid(Date.now(), shard),
    operationUuid: uuid,
    shard,
    outcome: 'replayed',
    clientAttempt: 2,
    clientMax: null,
    reason: null,
    traceParent: null,
  });

async function logged({ uuid }: SeededRow): Promise<number> {
  const { rows } = await poolOf(dataSource).query('select from holdfast.operation_requests where operation_id = $1', [
    uuid,
  ]);
  return rows.length;
}

describe('an erasure', () => {
  test.each(['succeeded', 'failed', 'canceled'] as const)(
    'of a %s operation keeps its key and its id',
    async (status) => {
      const row = await seedRow(poolOf(dataSource), { status, queued: false });
      expect(await store.purge(row.tenant, row.uuid)).toBe('purged');
      expect(await store.find(row.tenant, row.uuid)).toBeNull();
      expect(await store.history(row.tenant, row.uuid)).toBeNull();
      expect(await store.findTombstone(row.tenant, row.uuid)).toMatchObject({ status, purgedAt: expect.any(Date) });
      expect(await store.findByKey(row.tenant, row.key)).toMatchObject({
        operation: null,
        request: null,
        tombstone: { status },
      });
      expect(await store.purge(row.tenant, row.uuid)).toBe('missing');
    },
  );

  test.each(['pending', 'running'] as const)('of a %s operation changes nothing', async (status) => {
    const row = await seedRow(poolOf(dataSource), { status, deadlineIn: 60 });
    expect(await store.purge(row.tenant, row.uuid)).toBe('not-terminal');
    expect(await store.find(row.tenant, row.uuid)).toMatchObject({ status, version: 1 });
    expect(await store.findTombstone(row.tenant, row.uuid)).toBeNull();
  });

  test('is nobody else’s to ask for, nor to know of', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'succeeded', queued: false });
    expect(await store.purge('stranger', row.uuid)).toBe('missing');
    expect(await store.find(row.tenant, row.uuid)).not.toBeNull();
    await store.purge(row.tenant, row.uuid);
    expect(await store.findTombstone('stranger', row.uuid)).toBeNull();
  });

  test('leaves no entry of the request log behind, however the two meet', async () => {
    for (let round = 0; round < 30; round += 1) {
      const row = await seedRow(poolOf(dataSource), { status: 'succeeded', queued: false });
      await Promise.all([log(row), log(row), store.purge(row.tenant, row.uuid), log(row)]);
      await log(row);
      expect(await logged(row)).toBe(0);
    }
  });
});

describe('the request log', () => {
  test('of an operation that a worker has locked does not wait for the worker', async () => {
    const row = await seedRow(poolOf(dataSource), { status: 'running' });
    const worker = await poolOf(dataSource).connect();
    try {
      await worker.query('begin');
      await worker.query('update holdfast.operations set progress = null where shard = $1 and id = $2', [
        row.shard,
        row.uuid,
      ]);
      await log(row);
      expect(await logged(row)).toBe(1);
      await worker.query('rollback');
    } finally {
      worker.release();
    }
  });
});
