import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, poolOf, PostgresStore } from '@holdfast/store';
import { newOperation, startPostgresProxy, testDatabase, unique } from '@holdfast/testkit';
import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

let url: string;
let dataSource: DataSource;
let store: PostgresStore;

beforeAll(async () => {
  ({ url } = await testDatabase());
  dataSource = await createDataSource({ url, poolMax: 6 }).initialize();
  store = new PostgresStore(dataSource);
});

afterAll(() => dataSource.destroy());

async function inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await poolOf(dataSource).connect();
  try {
    await client.query('begin');
    await work(client);
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

/** Takes the key inside an open transaction, as a create whose commit is still to come. */
async function holdKey(client: PoolClient, operation: ReturnType<typeof newOperation>): Promise<void> {
  await client.query(
    `insert into holdfast.idempotency_keys
       (shard, tenant, key, operation_id, id_prefix, fingerprint, fingerprint_version)
     values ($1, $2, $3, $4, 'opn', $5, 1)`,
    [operation.shard, operation.tenant, operation.key, operation.uuid, operation.fingerprint],
  );
}

async function untilSomebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await poolOf(dataSource).query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    if (rows.length > 0) return;
  }
}

describe('a key that is being created by somebody else at this moment', () => {
  test('is taken once their commit is through: the second create stores nothing (trap 3)', async () => {
    const first = newOperation();
    const second = newOperation({ tenant: first.tenant, key: first.key });
    await inTransaction(async (client) => {
      await holdKey(client, first);
      const outcome = store.create(second);
      await untilSomebodyWaits();
      await client.query('commit');
      expect(await outcome).toBeNull();
    });
    const known = await store.findByKey(first.tenant, first.key);
    expect(known?.operationUuid).toBe(first.uuid);
  });

  test('is free once their transaction rolls back: the second create stores its operation (trap 3)', async () => {
    const first = newOperation();
    const second = newOperation({ tenant: first.tenant, key: first.key });
    await inTransaction(async (client) => {
      await holdKey(client, first);
      const outcome = store.create(second);
      await untilSomebodyWaits();
      await client.query('rollback');
      expect((await outcome)?.uuid).toBe(second.uuid);
    });
  });

  test('is in flight when they take longer than the lock time-out, and its neighbors are stored all the same', async () => {
    const first = newOperation();
    const neighbors = Array.from({ length: 20 }, () => newOperation());
    await inTransaction(async (client) => {
      await holdKey(client, first);
      const blocked = store.create(newOperation({ tenant: first.tenant, key: first.key }));
      const stored = Promise.all(neighbors.map((neighbor) => store.create(neighbor)));
      await expect(blocked).rejects.toMatchObject({ slug: 'idempotency-key-in-flight' });
      expect((await stored).every((operation) => operation !== null)).toBe(true);
    });
  });
});

describe('fifty creates of one key at once', () => {
  test('store one operation', async () => {
    const tenant = unique('tenant');
    const key = unique('key');
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => store.create(newOperation({ tenant, key }))));
    expect(outcomes.filter((operation) => operation !== null)).toHaveLength(1);
    const { rows } = await poolOf(dataSource).query('select 1 from holdfast.operations where tenant = $1', [tenant]);
    expect(rows).toHaveLength(1);
  });

  test('of two keys in opposite order in two stores neither deadlock nor lose one', async () => {
    const other = await createDataSource({ url, poolMax: 4 }).initialize();
    try {
      const otherStore = new PostgresStore(other);
      const tenant = unique('tenant');
      const keys = Array.from({ length: 40 }, () => unique('key'));
      const forwards = Promise.all(keys.map((key) => store.create(newOperation({ tenant, key }))));
      const backwards = Promise.all(keys.toReversed().map((key) => otherStore.create(newOperation({ tenant, key }))));
      const stored = [...(await forwards), ...(await backwards)].filter((operation) => operation !== null);
      expect(new Set(stored.map((operation) => operation.idempotencyKey)).size).toBe(keys.length);
      expect(stored).toHaveLength(keys.length);
    } finally {
      await other.destroy();
    }
  });
});

describe('a create whose answer is lost', () => {
  test('is reported as unknown, and the same key finds what was stored (trap 6)', async () => {
    const proxy = await startPostgresProxy(url);
    const behind = await createDataSource({ url: proxy.url, poolMax: 2 }).initialize();
    try {
      const operation = newOperation();
      proxy.set('lose-answers');
      await expect(new PostgresStore(behind).create(operation)).rejects.toMatchObject({ slug: 'database-unavailable' });
      expect(proxy.hits).toBeGreaterThan(0);
      const known = await untilKnown(operation.tenant, operation.key);
      expect(known).toBe(operation.uuid);
      expect(await store.create(newOperation({ tenant: operation.tenant, key: operation.key }))).toBeNull();
    } finally {
      proxy.set('pass');
      await behind.destroy();
      await proxy.close();
    }
  });

  async function untilKnown(tenant: string, key: string): Promise<string> {
    for (;;) {
      const known = await store.findByKey(tenant, key);
      if (known) return known.operationUuid;
    }
  }
});

describe('a batch with one item that PostgreSQL rejects', () => {
  test('fails that item alone (trap 10)', async () => {
    const good = Array.from({ length: 9 }, () => newOperation());
    const bad = newOperation({ request: '{"type": not json' });
    const outcomes = await Promise.allSettled(
      [...good.slice(0, 4), bad, ...good.slice(4)].map((item) => store.create(item)),
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      ...good.slice(0, 4).map(() => 'fulfilled'),
      'rejected',
      ...good.slice(4).map(() => 'fulfilled'),
    ]);
  });
});

describe('a tenant', () => {
  test('uses the keys of another without meeting them, and cannot read its operations (I8)', async () => {
    const mine = newOperation();
    const theirs = newOperation({ key: mine.key });
    expect((await store.create(mine))?.uuid).toBe(mine.uuid);
    expect((await store.create(theirs))?.uuid).toBe(theirs.uuid);
    expect(await store.find(theirs.tenant, mine.uuid)).toBeNull();
    expect(await store.cancel(theirs.tenant, mine.uuid)).toBeNull();
    expect((await store.find(mine.tenant, mine.uuid))?.status).toBe('pending');
  });
});
