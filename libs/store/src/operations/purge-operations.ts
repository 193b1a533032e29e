import {
  formatTypeId,
  LIVE_STATUSES,
  type PurgeOutcome,
  type RequestOutcome,
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

interface LockedId {
  readonly shard: number;
  readonly id: string;
}

export interface Erased {
  readonly id: string;
  /** Does the archive have it now? */
  readonly archived: boolean;
}

/** Erases operations that the transaction of `executor` has locked; gives those that were terminal. */
export async function erase(executor: Executor, locked: readonly LockedId[]): Promise<Erased[]> {
  const rows = await executor.run<{ id: string }>('purge', erasure(locked));
  return rows.map(({ id }) => ({ id, archived: false }));
}

/** The same, and what ended within the last `archiveMs` is archived by the same statement. */
export function eraseToArchive(executor: Executor, locked: readonly LockedId[], archiveMs: number): Promise<Erased[]> {
  const replayed = 'replayed' satisfies RequestOutcome;
  return executor.run('purge-to-archive', { ...erasure(locked), archive_ms: archiveMs, replayed });
}

function erasure(locked: readonly LockedId[]) {
  return {
    shards: locked.map(({ shard }) => shard),
    ids: locked.map(({ id }) => id),
    terminal: TERMINAL_STATUSES,
  };
}

/** Takes a purged operation out of the archive; false when this tenant has none of that id there. */
export async function eraseArchived(executor: Executor, tenant: string, uuid: string): Promise<boolean> {
  const rows = await executor.run('erase-archived', { shard: shardOfUuid(uuid), id: uuid, tenant });
  return rows.length > 0;
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
