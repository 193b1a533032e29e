import type { ReceivedSignal, StepRecord, StepWrite, TransactionScope } from '../operation/step.js';
import type { JsonText } from '../operation/operation.js';
import type { HeldOperation } from './worker-store.js';

export interface SignalsInBox {
  /** The operation's count of pokes when it was looked at; goes into the suspension that follows. */
  readonly pokes: number;
  /** Signals of the name, oldest first. */
  readonly received: readonly ReceivedSignal[];
}

/** The worker's memory of steps. Every write matches status and fence and locks the operation row while it is made. */
export interface StepStore {
  /** All steps of an operation. */
  loadSteps(held: HeldOperation): Promise<StepRecord[]>;
  /** Writes a checkpoint; false when the fence did not match. A finished step is never overwritten. */
  recordStep(step: StepWrite): Promise<boolean>;
  /** From now on the operation is not ended without a worker: there is something to undo. False: fence lost. */
  markCompensates(held: HeldOperation): Promise<boolean>;
  loadSignals(held: HeldOperation, name: string): Promise<SignalsInBox>;
  /**
   * Runs `work` in a transaction that first locks the operation under its fence and last writes the checkpoint with
   * the output that `work` gives: all of it commits together, or nothing. Null when the fence did not match.
   */
  transaction(
    step: StepWrite,
    work: (scope: TransactionScope) => Promise<JsonText | null>,
  ): Promise<{ output: JsonText | null } | null>;
}

export interface SignalToSend {
  readonly tenant: string;
  readonly uuid: string;
  readonly name: string;
  readonly key: string;
  readonly payload: JsonText | null;
  /** SHA-256 of the canonical payload. */
  readonly fingerprint: Buffer;
  /** W3C `traceparent` of what sent it. */
  readonly traceParent: string | null;
}

/** `sent` also for a repeat of the same signal; `differs` when the key was used for another payload. */
export type SignalOutcome = 'sent' | 'differs' | 'terminal' | 'missing';

/** A note between two operations: a child ended, or a parent wants it to stop. */
export interface OperationMessage {
  readonly shard: number;
  readonly uuid: string;
  readonly senderUuid: string;
  readonly kind: 'look' | 'cancel';
  readonly tenant: string | null;
}

export interface MessageStore {
  sendSignal(signal: SignalToSend): Promise<SignalOutcome>;
  /** Wakes at most `limit` operations that have notes to look; gives their ids. */
  deliverLooks(limit: number): Promise<string[]>;
  /** At most `limit` notes that ask an operation to stop. */
  cancelMessages(limit: number): Promise<OperationMessage[]>;
  discardMessages(messages: readonly OperationMessage[]): Promise<void>;
}
