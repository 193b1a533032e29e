import {
  formatTypeId,
  LIVE_STATUSES,
  type PurgeOutcome,
  shardOfUuid,
  type Status,
  TERMINAL_STATUSES,
  type Tombstone,
} from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import type { Executor } from '../statements/executor.js';
import { findOperations } from './find-operations.js';
import { withOperationLocked } from './locked-operation.js';

/**
 * Erases a terminal operation. One whose outcome is still awaited by the operation that called it stays: the caller
 * would wait for it for ever. That look is a statement of its own, because the two may live on different shards.
 */
export async function purgeOperation(
  dataSource: DataSource,
  executor: Executor,
  tenant: string,
  uuid: string,
): Promise<PurgeOutcome> {
  const target = { shard: shardOfUuid(uuid), id: uuid, tenant };
  const awaited = await executor.run('awaited', { ...target, live: LIVE_STATUSES });
  if (awaited.length > 0) return 'awaited';
  const erased = await withOperationLocked(dataSource, { tenant, uuid, statuses: TERMINAL_STATUSES }, (locked) =>
    erase(locked, [{ shard: target.shard, id: uuid }]),
  );
  if (erased !== null && erased.length > 0) return 'purged';
  const [there] = await findOperations(executor, [{ tenant, uuid }]);
  return there ? 'not-terminal' : 'missing';
}

/** Erases operations that the transaction of `executor` has locked; gives the ids of those that were terminal. */
export async function erase(
  executor: Executor,
  locked: readonly { readonly shard: number; readonly id: string }[],
): Promise<string[]> {
  const rows = await executor.run<{ id: string }>('purge', {
    shards: locked.map((row) => row.shard),
    ids: locked.map((row) => row.id),
    terminal: TERMINAL_STATUSES,
  });
  return rows.map((row) => row.id);
}

interface TombstoneRow {
  readonly id_prefix: string;
  readonly final_status: Status;
  readonly purged_at: Date;
}

/** What is left of a purged operation; null when this tenant never had one of that id, or it is forgotten. */
export async function findTombstone(executor: Executor, tenant: string, uuid: string): Promise<Tombstone | null> {
  const [row] = await executor.run<TombstoneRow>('find-tombstone', { shard: shardOfUuid(uuid), id: uuid, tenant });
  if (!row) return null;
  return { operationId: formatTypeId(row.id_prefix, uuid), status: row.final_status, purgedAt: row.purged_at };
}
