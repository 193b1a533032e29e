import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliverMessages, Sweep } from '@holdfast/engine';
import type { NewOperation, Operation } from '@holdfast/kernel';
import { silentLog } from '@holdfast/kernel';
import { defineHandlers, type OperationContext } from '@holdfast/runner';
import {
  endLostBackoff,
  freshDatabase,
  Latch,
  LocalSignals,
  newOperation,
  openTestStore,
  type Rewrite,
  rowText,
  ServiceProcess,
  StatementProxy,
  type TestStore,
  until,
} from '@holdfast/testkit';
import { MortalWorker } from './mortal-worker.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'durable', 'stale-handlers.mjs');

export type Work = 'stale.step' | 'stale.transaction' | 'stale.finish';

/** A worker that has taken over, and does nothing until it is told to. */
export interface Successor {
  goOn(): void;
  end(): Promise<void>;
}

/** A worker process that is paused, behind a proxy, and a successor in this process. */
export class StaleScene {
  private constructor(
    private readonly database: Awaited<ReturnType<typeof freshDatabase>>,
    private readonly opened: TestStore,
    readonly proxy: StatementProxy,
    private readonly paused: ServiceProcess,
    readonly folder: string,
  ) {}

  static async open(rewrites: readonly Rewrite[] = []): Promise<StaleScene> {
    const database = await freshDatabase();
    const opened = await openTestStore(database.url);
    await opened.pool.query('create table booked (operation text, by text)');
    const proxy = await StatementProxy.start(database.url, rewrites);
    const env = { HOLDFAST_LEASE_MS: '600', HOLDFAST_SWEEP_INTERVAL_MS: '100' };
    const told = { databaseUrl: proxy.url, role: 'worker' as const, handlers: HANDLERS, env };
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-stale-'));
    return new StaleScene(database, opened, proxy, await ServiceProcess.start(told), folder);
  }

  async close(): Promise<void> {
    await this.paused.kill();
    await this.proxy.close();
    await this.opened.close();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Creates an operation, which the only worker there is will take. */
  async create(type: Work, input: unknown = null): Promise<NewOperation> {
    const request = JSON.stringify({ ...(input === null ? {} : { input }), type });
    const operation = newOperation({ type, request });
    await this.opened.store.create(operation);
    return operation;
  }

  /** Stops the process as it stands. */
  pause(): void {
    this.paused.signal('SIGSTOP');
  }

  /**
   * Lets it go on; resolves when it has noticed that its lease is over, works under another one and has renewed that:
   * what it had begun before is done by then.
   */
  async resume(): Promise<void> {
    const { rows } = await this.opened.pool.query<{ now: Date }>('select now()');
    this.paused.signal('SIGCONT');
    await until(() => this.hasRenewedSince(rows[0]?.now as Date));
  }

  /** Resolves when another worker runs the operation. It has done nothing yet. */
  async takeOver({ uuid, type }: NewOperation): Promise<Successor> {
    const { store, pool } = this.opened;
    const entered = new Latch();
    const gate = new Latch();
    const run = async (op: OperationContext) => {
      entered.open();
      await gate.opened;
      return workAsSuccessor(op);
    };
    const signals = new LocalSignals();
    const mail = new DeliverMessages({ messages: store.steps, operations: store, signals, log: silentLog });
    const worker = new MortalWorker({
      store,
      signals,
      mail,
      sweep: new Sweep(store, signals, mail),
      handlers: defineHandlers({ [type]: { run } }, 'the test'),
      fate: null,
      begins: Promise.resolve(),
      onGone: () => Promise.reject(new Error('This worker lives.')),
      onViolation: () => undefined,
    });
    worker.start();
    await until(async () => {
      await endLostBackoff(pool);
      const { rows } = await pool.query<{ fence: number; status: string }>(
        'select fence, status from holdfast.operations where id = $1',
        [uuid],
      );
      return rows[0]?.fence === 2 && rows[0].status === 'running';
    });
    await entered.opened;
    return { goOn: gate.open, end: () => worker.end() };
  }

  /** All that a write for the operation could have changed. */
  async seen(operation: NewOperation): Promise<{ row: string; steps: string[]; booked: string[] }> {
    const { pool } = this.opened;
    const steps = await pool.query<{ text: string }>(
      'select s::text as text from holdfast.operation_steps s where operation_id = $1 order by 1',
      [operation.uuid],
    );
    const booked = await pool.query<{ by: string }>('select by from booked order by by');
    return {
      row: await rowText(pool, operation),
      steps: steps.rows.map((row) => row.text),
      booked: booked.rows.map((row) => row.by),
    };
  }

  async ended({ tenant, uuid }: NewOperation): Promise<Operation> {
    let operation: Operation | null = null;
    await until(async () => {
      operation = await this.opened.store.find(tenant, uuid);
      return operation?.finishedAt != null;
    });
    return operation as unknown as Operation;
  }

  async forgetBooked(): Promise<void> {
    await this.opened.pool.query('truncate booked');
  }

  private async hasRenewedSince(time: Date): Promise<boolean> {
    const { rowCount } = await this.opened.pool.query(
      `select from holdfast.workers
        where name like '%/' || $1::text and started_at > $2 and renewed_at > started_at and lost_at is null`,
      [this.paused.child.pid, time],
    );
    return (rowCount ?? 0) > 0;
  }
}

async function workAsSuccessor(op: OperationContext): Promise<unknown> {
  switch (op.type as Work) {
    case 'stale.step':
      return op.step('work', () => 'successor');
    case 'stale.transaction':
      return op.transaction('work', async (sql) => {
        await sql.query('insert into booked values ($1, $2)', [op.id, 'successor']);
        return 'successor';
      });
    case 'stale.finish':
      return 'successor';
  }
}
