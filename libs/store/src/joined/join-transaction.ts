import { isRefusal, type JoinedTransaction, type KeyRecord, type OperationStore, Refusal } from '@holdfast/kernel';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import { createOperations } from '../operations/create-operations.js';
import { findByKeys } from '../operations/find-operations.js';
import { answered } from '../statements/answered.js';
import { failureOf, isUndefinedTable } from '../statements/database-error.js';
import { Executor } from '../statements/executor.js';
import { afterCommit, transactionOf } from './after-commit.js';
import { guarded } from './guarded.js';

/**
 * Lets creates join the transaction of an entity manager, which may belong to another data source than ours, but of
 * the same database. Throws a TypeError when it is in no transaction.
 *
 * `committed` is the store everybody sees: what another transaction committed after the caller's snapshot was taken is
 * invisible in the caller's, and still holds the key.
 */
export async function joinTransaction(
  manager: EntityManager,
  committed: Pick<OperationStore, 'findByKey'>,
): Promise<JoinedTransaction> {
  const runner = transactionOf(manager);
  const client = (await runner.connect()) as PoolClient;
  // Statements are not prepared: their names belong to the caller's connection.
  const executor = new Executor(client, { prepare: false });

  async function findByKey(tenant: string, key: string): Promise<KeyRecord | null> {
    const [own] = await answered(findByKeys(executor, [{ tenant, key }]));
    return own ?? committed.findByKey(tenant, key);
  }

  return {
    findByKey,
    afterCommit: (fn) => afterCommit(runner, fn),
    async create(operation) {
      try {
        const [created] = await guarded(client, () => createOperations(executor, [operation]));
        return created ?? null;
      } catch (error) {
        if (isUndefinedTable(error)) throw new TypeError('the entity manager is of another database', { cause: error });
        if (isRefusal(error) || failureOf(error) !== 'blocked') return answered(Promise.reject(error as Error));
        if (await committed.findByKey(operation.tenant, operation.key)) return null;
        throw new Refusal('idempotency-key-in-flight', undefined, { retryAfterSeconds: 1 }, { cause: error });
      }
    },
  };
}
