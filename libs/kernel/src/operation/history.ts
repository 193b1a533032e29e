import type { OperationError } from '../errors/operation-error.js';
import type { Operation } from './operation.js';
import type { StepId } from './step.js';

/** A moment of the database, in µs since the epoch: JavaScript's dates would put what happened in one ms out of order. */
export type Micros = number;

/** A claim that ended without success, in the words of the lifecycle table. */
export interface PastAttempt {
  readonly number: number;
  readonly fence: number;
  readonly startedAt: Micros;
  readonly endedAt: Micros;
  readonly outcome: string;
  readonly error: OperationError | null;
}

/** A step without what it returned. */
export interface PastStep extends StepId {
  readonly fence: number;
  /** The same as `finishedAt` when only the end was recorded. */
  readonly startedAt: Micros;
  readonly finishedAt: Micros | null;
  readonly dueAt: Micros | null;
  readonly error: OperationError | null;
}

export interface PastSignal {
  readonly name: string;
  readonly sequence: number;
  readonly receivedAt: Micros;
  /** W3C `traceparent` of what sent it. */
  readonly traceParent?: string | null;
}

/** A resume, with what it took off the operation's row: how it had ended, and the steps it made forgotten. */
export interface PastResume {
  readonly requestedAt: Micros;
  readonly reason: string | null;
  readonly fromStep: string | null;
  readonly decision: { readonly step: string; readonly outcome: string } | null;
  readonly failedAt: Micros | null;
  readonly error: OperationError | null;
  readonly cancelRequestedAt: Micros | null;
  readonly forgotten: readonly PastStep[];
  /** W3C `traceparent` of the request. */
  readonly traceParent?: string | null;
}

/** A create or a replay, as far as it was written down. */
export interface PastRequest {
  readonly at: Micros;
  readonly outcome: RequestOutcome;
  readonly attempt: number | null;
  readonly max: number | null;
  readonly reason: string | null;
  readonly traceId: string | null;
  /** W3C `traceparent` of the request. */
  readonly traceParent: string | null;
}

export const REQUEST_OUTCOMES = ['created', 'replayed'] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

/** Everything that is written down about one operation, as of one moment. */
export interface OperationHistory {
  readonly operation: Operation;
  readonly fence: number;
  /** True for an operation that another one called: no request created it. */
  readonly isChild: boolean;
  readonly createdAt: Micros;
  readonly startedAt: Micros | null;
  readonly claimedAt: Micros | null;
  readonly updatedAt: Micros;
  readonly finishedAt: Micros | null;
  readonly cancelRequestedAt: Micros | null;
  readonly attempts: readonly PastAttempt[];
  readonly steps: readonly PastStep[];
  readonly signals: readonly PastSignal[];
  readonly resumes: readonly PastResume[];
  /** The newest ones; a client may repeat a request without end. */
  readonly requests: readonly PastRequest[];
}
