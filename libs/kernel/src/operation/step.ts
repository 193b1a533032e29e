import type { OperationError } from '../errors/operation-error.js';
import type { HeldOperation } from '../ports/worker-store.js';
import type { JsonText } from './operation.js';

/** What a row of the step table remembers. `failure` marks an operation that is being compensated. */
export const STEP_KINDS = ['step', 'transaction', 'sleep', 'signal', 'call', 'compensation', 'failure'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** Which step: steps are matched by kind and name, a repeated name by its order, from 0. */
export interface StepId {
  readonly kind: StepKind;
  readonly name: string;
  readonly ordinal: number;
}

/** A step as it is stored. */
export interface StepRecord extends StepId {
  /** Fence under which it was written. */
  readonly fence: number;
  /** False for a wait that is not over, and for a step whose start was recorded and whose outcome is unknown. */
  readonly finished: boolean;
  readonly output: JsonText | null;
  /** A failure that is the step's outcome: it is thrown again, not tried again. */
  readonly error: OperationError | null;
  /** Ms of database time until a timer or a time-out is due, 0 or less when it is; null without one. */
  readonly dueInMs: number | null;
  /** UUID of the child a call waits for. */
  readonly childUuid: string | null;
  /** Sequence of the signal that was consumed. */
  readonly signalSequence: number | null;
}

/** A step to be written for a held operation. */
export interface StepWrite extends HeldOperation, StepId {
  readonly finished: boolean;
  readonly output: JsonText | null;
  readonly error: OperationError | null;
  /** Ms from now at which a timer or a time-out is due. */
  readonly dueInMs: number | null;
  readonly childUuid: string | null;
  readonly signalSequence: number | null;
}

/** A signal that has come in for an operation. */
export interface ReceivedSignal {
  readonly sequence: number;
  readonly payload: JsonText | null;
}

/** What a handler may do inside the transaction that its checkpoint commits with. */
export interface TransactionScope {
  /** Runs SQL with `$1` parameters; answers with the driver's result: `rows`, `rowCount`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the shape of the rows
  query<Row = Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
  /** TypeORM's EntityManager of this transaction, for applications that use TypeORM. */
  readonly manager: unknown;
}
