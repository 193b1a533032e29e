import type { OperationStore } from './operation-store.js';

/**
 * A transaction of the caller's, on his own connection. What is created in it exists if and only if it commits, and
 * until then nobody else sees it.
 */
export interface JoinedTransaction extends Pick<OperationStore, 'create' | 'findByKey'> {
  /** Calls `fn` once the transaction has committed; never after a rollback. */
  afterCommit(fn: () => void): void;
}
