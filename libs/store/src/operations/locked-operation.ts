import { shardOfUuid, type Status } from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import type { Executor } from '../statements/executor.js';
import { inTransaction } from './in-transaction.js';

export interface LockTarget {
  readonly tenant: string;
  readonly uuid: string;
  /** Statuses in which it is locked at all. */
  readonly statuses: readonly Status[];
}

/**
 * Runs `work` in a transaction that has locked the operation; null when the tenant has none of that id in one of the
 * statuses. The lock is a statement of its own, because one that waits for a lock goes on with what was there before the
 * wait: it would miss the steps and signals that were written meanwhile.
 */
export function withOperationLocked<Result>(
  dataSource: DataSource,
  { tenant, uuid, statuses }: LockTarget,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result | null> {
  return inTransaction(dataSource, async (executor) => {
    const locked = await executor.run('lock-operation', { shard: shardOfUuid(uuid), id: uuid, tenant, statuses });
    return locked.length > 0 ? work(executor) : null;
  });
}
