import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { Executor } from '../statements/executor.js';
import { executorOf } from '../statements/executor-of.js';

/** Runs several statements of ours as one transaction: all of them take effect, or none. */
export async function inTransaction<Result>(
  dataSource: DataSource,
  work: (executor: Executor) => Promise<Result>,
): Promise<Result> {
  const runner = dataSource.createQueryRunner();
  try {
    const executor = executorOf(dataSource, (await runner.connect()) as PoolClient);
    await runner.startTransaction();
    const result = await work(executor);
    await runner.commitTransaction();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
