import { formatTypeId, type KeyRecord, type Operation, type Status, shardOf, shardOfUuid } from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';
import { type OperationRow, toOperation } from './operation-row.js';

export interface IdLookup {
  readonly tenant: string;
  readonly uuid: string;
}

export interface KeyLookup {
  readonly tenant: string;
  readonly key: string;
}

/** Operations by id in one statement; null for each that this tenant does not have. */
export async function findOperations(executor: Executor, lookups: readonly IdLookup[]): Promise<(Operation | null)[]> {
  const rows = await executor.run<OperationRow>(
    'find',
    columns(lookups, {
      shards: (lookup) => shardOfUuid(lookup.uuid),
      ids: (lookup) => lookup.uuid,
      tenants: (lookup) => lookup.tenant,
    }),
  );
  const found = new Map(rows.map((row) => [`${row.id} ${row.tenant}`, toOperation(row)]));
  return lookups.map((lookup) => found.get(`${lookup.uuid} ${lookup.tenant}`) ?? null);
}

interface KeyRow extends OperationRow {
  readonly key_tenant: string;
  readonly key: string;
  readonly operation_id: string;
  readonly key_id_prefix: string;
  readonly fingerprint: Buffer;
  readonly fingerprint_version: number;
  readonly final_status: Status | null;
  readonly purged_at: Date | null;
  readonly request: string | null;
}

/** What is known of keys, in one statement; null for each that was never seen or is forgotten. */
export async function findByKeys(executor: Executor, lookups: readonly KeyLookup[]): Promise<(KeyRecord | null)[]> {
  const rows = await executor.run<KeyRow>(
    'find-by-key',
    columns(lookups, {
      shards: (lookup) => shardOf(lookup.tenant, lookup.key),
      tenants: (lookup) => lookup.tenant,
      keys: (lookup) => lookup.key,
    }),
  );
  const found = new Map(rows.map((row) => [`${row.key_tenant} ${row.key}`, toKeyRecord(row)]));
  return lookups.map((lookup) => found.get(`${lookup.tenant} ${lookup.key}`) ?? null);
}

function toKeyRecord(row: KeyRow): KeyRecord {
  const purged = row.final_status !== null && row.purged_at !== null;
  return {
    operationUuid: row.operation_id,
    operationId: formatTypeId(row.key_id_prefix, row.operation_id),
    fingerprint: row.fingerprint,
    fingerprintVersion: row.fingerprint_version,
    request: row.request,
    operation: row.id === null || purged ? null : toOperation(row),
    tombstone: purged ? { status: row.final_status, purgedAt: row.purged_at } : null,
  };
}
