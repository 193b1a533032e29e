import type { OperationError } from '../errors/operation-error.js';
import type { JsonValue } from '../json/json-value.js';
import type { RequestOutcome } from './history.js';
import type { StepId } from './step.js';

/** What a timeline can show, in the words of the wire. New ones may be added; clients pass over what they do not know. */
export const TIMELINE_EVENTS = [
  'operation.created',
  'operation.started',
  'operation.waiting',
  'operation.compensating',
  'operation.resumed',
  'operation.succeeded',
  'operation.failed',
  'operation.canceled',
  'attempt.failed',
  'attempt.lost',
  'attempt.expired',
  'attempt.canceled',
  'step.rerun',
  'step.completed',
  'step.failed',
  'signal.received',
  'cancel.requested',
  'request.replayed',
] as const;
export type TimelineEventType = (typeof TIMELINE_EVENTS)[number];

export interface TimelineEvent {
  /** Positive, growing in the order of time, and always the same for the same event. */
  readonly id: number;
  readonly type: TimelineEventType;
  readonly time: Date;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** A create or replay, for people who ask why an operation was asked for again. */
export interface RequestRecord {
  readonly time: Date;
  readonly outcome: RequestOutcome;
  /** What the client said of its own retries. */
  readonly attempt: number | null;
  readonly max: number | null;
  readonly reason: string | null;
  readonly traceId: string | null;
}

export type AttemptOutcome = 'running' | 'suspended' | 'succeeded' | 'failed' | 'lost' | 'expired' | 'canceled';

export interface AttemptRecord {
  readonly number: number;
  /** Of an attempt after the first that waited in between, and so was claimed more than once, the latest claim. */
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly outcome: AttemptOutcome;
  readonly error: OperationError | null;
}

/** `undecided`: begun, may not run twice, and nobody knows how it ended. `abandoned`: a wait the operation outlived. */
export type StepStatus = 'completed' | 'failed' | 'running' | 'waiting' | 'undecided' | 'abandoned';

export interface StepSummary extends StepId {
  readonly status: StepStatus;
  /** Null when only the end of the step was recorded. */
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** When a timer or a time-out is due. */
  readonly until: Date | null;
  /** The claim under which it was recorded. */
  readonly fence: number;
  readonly error: OperationError | null;
}

/** What `?view=full` adds to an operation. */
export interface OperationStory {
  readonly requests: readonly RequestRecord[];
  readonly attempts: readonly AttemptRecord[];
  readonly steps: readonly StepSummary[];
}
