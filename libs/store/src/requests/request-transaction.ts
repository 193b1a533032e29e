import { type KeptAnswer, type RequestHeld, type RequestToRun, type RequestTransaction } from '@holdfast/kernel';
import { hash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { answered } from '../statements/answered.js';
import { Executor } from '../statements/executor.js';
import { beginRequests, finishRequests } from './request-rows.js';

/**
 * Begins a request in a transaction of the application's data source: its key, what it does and its answer are there
 * together or not at all. There is nothing to recover after a crash, because then the database has rolled back. Null
 * when another transaction executes the request, or has executed it.
 */
export async function openRequestTransaction(
  dataSource: DataSource,
  request: RequestToRun,
): Promise<RequestTransaction | null> {
  const runner = dataSource.createQueryRunner();
  const end = async () => {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    await runner.release().catch(() => undefined);
  };
  try {
    const client = (await answered(runner.connect())) as PoolClient;
    // Statements are not prepared: their names belong to the application's connection.
    const executor = new Executor(client, { prepare: false });
    await runner.startTransaction();
    const held = await answered(begin(client, executor, request));
    if (held) return new OpenTransaction(runner, client, executor, held);
    await end();
    return null;
  } catch (error) {
    await end();
    throw error;
  }
}

async function begin(client: PoolClient, executor: Executor, request: RequestToRun): Promise<RequestHeld | null> {
  const [row] = await executor.run<{ locked: boolean }>('try-lock-request', { lock: lockOf(request) });
  if (!row?.locked) return null;
  const [held] = await beginRequests(executor, [request]);
  if (held) await client.query('savepoint holdfast_work');
  return held ?? null;
}

/** The number of a request's advisory lock. Two requests may share one; then the second is «in flight» for a moment. */
function lockOf({ scope, key }: RequestToRun): string {
  return hash('sha256', JSON.stringify(['holdfast', scope, key]), 'buffer')
    .readBigInt64BE()
    .toString();
}

class OpenTransaction implements RequestTransaction {
  constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly executor: Executor,
    private readonly held: RequestHeld,
  ) {}

  get manager(): unknown {
    return this.runner.manager;
  }

  async commit(answer: KeptAnswer, keepWork: boolean): Promise<void> {
    try {
      if (!keepWork) await this.client.query('rollback to savepoint holdfast_work');
      await answered(finishRequests(this.executor, [{ ...this.held, answer }]));
      await answered(this.runner.commitTransaction());
    } finally {
      await this.rollback();
    }
  }

  async rollback(): Promise<void> {
    if (this.runner.isReleased) return;
    if (this.runner.isTransactionActive) await this.runner.rollbackTransaction().catch(() => undefined);
    await this.runner.release().catch(() => undefined);
  }
}
