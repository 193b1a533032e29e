import {
  type HeldOperation,
  type JsonText,
  type MessageStore,
  type Observer,
  type OperationMessage,
  type SignalOutcome,
  type SignalsInBox,
  type SignalToSend,
  type StepRecord,
  type StepStore,
  type StepWrite,
  type TransactionScope,
  unobserved,
} from '@holdfast/kernel';
import type { DataSource } from 'typeorm';
import { GroupCommit } from './batch/group-commit.js';
import { inLockOrder } from './batch/lock-order.js';
import { poolOf } from './schema/data-source.js';
import { answered } from './statements/answered.js';
import type { Executor } from './statements/executor.js';
import { cancelMessages, deliverLooks, discardMessages, sendSignal } from './steps/messages.js';
import { loadSignals, loadSteps, recordSteps } from './steps/step-rows.js';
import { Seats } from './steps/seats.js';
import { runStepTransaction } from './steps/step-transaction.js';

/** Connections of the pool that transactions of handlers leave to everybody else. */
const RESERVED_CONNECTIONS = 4;

/** Steps, signals and notes between operations on PostgreSQL. */
export class PostgresStepStore implements StepStore, MessageStore {
  private readonly loads: GroupCommit<HeldOperation, StepRecord[]>;
  private readonly records: GroupCommit<StepWrite, boolean>;
  private readonly seats: Seats;

  constructor(
    private readonly dataSource: DataSource,
    private readonly executor: Executor,
    observer: Observer = unobserved,
  ) {
    this.seats = new Seats(Math.max(1, poolOf(dataSource).options.max - RESERVED_CONNECTIONS));
    this.loads = new GroupCommit((items) => loadSteps(executor, items));
    this.records = new GroupCommit((items) =>
      observer.batch('record-step', items, () => inLockOrder(items, (sorted) => recordSteps(executor, sorted))),
    );
  }

  loadSteps(held: HeldOperation): Promise<StepRecord[]> {
    return answered(this.loads.submit(held));
  }

  recordStep(step: StepWrite): Promise<boolean> {
    return answered(this.records.submit(step));
  }

  async markCompensates(held: HeldOperation): Promise<boolean> {
    const values = { shard: held.shard, id: held.uuid, fence: held.fence };
    return (await answered(this.executor.run('mark-compensates', values))).length > 0;
  }

  loadSignals(held: HeldOperation, name: string): Promise<SignalsInBox> {
    return answered(loadSignals(this.executor, held, name));
  }

  transaction(
    step: StepWrite,
    work: (scope: TransactionScope) => Promise<JsonText | null>,
  ): Promise<{ output: JsonText | null } | null> {
    return this.seats.seated(() => runStepTransaction(this.dataSource, step, work));
  }

  sendSignal(signal: SignalToSend): Promise<SignalOutcome> {
    return answered(sendSignal(this.executor, signal));
  }

  deliverLooks(limit: number): Promise<string[]> {
    return answered(deliverLooks(this.executor, limit));
  }

  cancelMessages(limit: number): Promise<OperationMessage[]> {
    return answered(cancelMessages(this.executor, limit));
  }

  discardMessages(messages: readonly OperationMessage[]): Promise<void> {
    return answered(discardMessages(this.executor, messages));
  }
}
