import type { JsonText, StepWrite, TransactionScope } from '@holdfast/kernel';
import type { PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { FREE_PLANNING } from '../schema/session-settings.js';
import { executorOf } from '../statements/executor-of.js';
import { stepValues } from './step-rows.js';

/** The operation is no longer held: everything is rolled back. */
class FenceLost extends Error {}

/**
 * Runs `work` in one transaction with its checkpoint. The operation's row is locked under its fence first and until
 * the commit, so that nobody takes it over in between; a commit whose answer is lost is settled by the step's row.
 */
export async function runStepTransaction(
  dataSource: DataSource,
  step: StepWrite,
  work: (scope: TransactionScope) => Promise<JsonText | null>,
): Promise<{ output: JsonText | null } | null> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as PoolClient;
    await runner.startTransaction();
    const output = await inTransaction(runner, client, step, work);
    await runner.commitTransaction();
    return { output };
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    if (error instanceof FenceLost) return null;
    throw error;
  } finally {
    await runner.release();
  }
}

async function inTransaction(
  runner: QueryRunner,
  client: PoolClient,
  step: StepWrite,
  work: (scope: TransactionScope) => Promise<JsonText | null>,
): Promise<JsonText | null> {
  const executor = executorOf(runner.dataSource, client);
  const held = await executor.run('lock-held', { shard: step.shard, id: step.uuid, fence: step.fence });
  if (held.length === 0) throw new FenceLost();
  // The planner switches of our own statements are not for those of the handler.
  await client.query(FREE_PLANNING);
  const output = await work({
    query: async (text, values) => {
      const { rows, rowCount } = await client.query(text, values);
      return { rows, rowCount };
    },
    manager: runner.manager,
  });
  const recorded = await executor.run('record-step', stepValues([{ ...step, output }]));
  if (recorded.length === 0) throw new FenceLost();
  return output;
}
