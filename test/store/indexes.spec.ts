import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDataSource, poolOf, statement } from '@holdfast/store';
import { testDatabase } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

/** Every index and a statement that would be slow, or wrong, without it. An index that nobody needs makes writes dear. */
const NEEDED_BY: Readonly<Record<string, string>> = {
  operations_pkey: 'finish',
  operations_by_tenant: 'list',
  unsuccessful_operations_pkey: 'list-narrow',
  idempotency_keys_pkey: 'create',
  idempotency_keys_by_purge: 'forget-tombstones',
  operation_queue_pkey: 'claim',
  operation_deadlines_pkey: 'expire-operations',
  operation_claims_pkey: 'claim',
  operation_attempts_pkey: 'history',
  operation_resumes_pkey: 'history',
  operation_resumes_key: 'resume',
  operation_steps_pkey: 'load-steps',
  operation_signals_pkey: 'send-signal',
  operation_messages_pkey: 'discard-messages',
  operation_requests_pkey: 'history',
  operation_tombstones_pkey: 'find-tombstone',
  workers_pkey: 'renew-worker',
  operation_archive_pkey: 'erase-archived',
  request_archive_pkey: 'erase-archived',
  idempotent_requests_pkey: 'begin-requests',
  idempotent_requests_expiry: 'forget-requests',
};

let dataSource: DataSource;

beforeAll(async () => {
  dataSource = await createDataSource({ url: (await testDatabase()).url, poolMax: 2 }).initialize();
});
afterAll(() => dataSource.destroy());

/** The plan that is kept for a prepared statement when tables are too large to be read as a whole. */
async function planOf(name: string): Promise<string> {
  const client = await poolOf(dataSource).connect();
  try {
    await client.query('begin');
    for (const setting of ['enable_seqscan = off', 'enable_bitmapscan = off', 'plan_cache_mode = force_generic_plan']) {
      await client.query(`set local ${setting}`);
    }
    await client.query(`prepare plan_of_index as ${statement(name).text}`);
    const nulls = statement(name).parameters.map(() => 'null');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(
      `explain (costs off) execute plan_of_index${nulls.length > 0 ? `(${nulls.join(', ')})` : ''}`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  } finally {
    await client.query('rollback');
    await client.query('deallocate all');
    client.release(true);
  }
}

describe('the indexes', () => {
  test('are those that a statement is known to need, no more and no fewer', async () => {
    const { rows } = await poolOf(dataSource).query<{ name: string }>(
      // Those of partitions are what their table's are.
      `select c.relname as name
         from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
        where t.relnamespace = 'holdfast'::regnamespace and not t.relispartition and t.relname <> 'migrations'`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(Object.keys(NEEDED_BY).sort());
  });

  test.each(Object.entries(NEEDED_BY))('%s is what %s looks into, by a condition on it', async (index, name) => {
    // Of a partitioned table it is the partition's own that is looked into.
    const own = index.replace('archive_pkey', 'archive_rest_pkey');
    const looks = `using ${own} on [^\\n]+\\n\\s+(Order By[^\\n]+\\n\\s+)?Index Cond:`;
    expect(await planOf(name)).toMatch(new RegExp(`${looks}|Conflict Arbiter Indexes: ${index}`));
  });

  test('of operations lie on columns that never change, so that updates need not touch them', async () => {
    const { rows } = await poolOf(dataSource).query<{ column: string }>(
      `select distinct a.attname as column
         from pg_index i
         join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indrelid = 'holdfast.operations'::regclass`,
    );
    expect(rows.map(({ column }) => column).sort()).toEqual(['id', 'shard', 'tenant']);
  });
});
