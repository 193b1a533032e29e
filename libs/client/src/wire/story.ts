import type { Operation, OperationError } from './operation.js';

/** A create or a replay, and what the client said of its own retries. */
export interface OperationRequest {
  readonly time: string;
  readonly outcome: string;
  readonly attempt: number | null;
  readonly max: number | null;
  readonly reason: string | null;
  readonly traceId: string | null;
}

/** One execution of the operation by one worker. */
export interface OperationAttempt {
  readonly number: number;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: 'running' | 'suspended' | 'succeeded' | 'failed' | 'lost' | 'expired' | 'canceled';
  readonly error: OperationError | null;
}

/** A step without what it returned. */
export interface OperationStep {
  readonly kind: string;
  readonly name: string;
  /** Order among the steps of this kind and name, from 0. */
  readonly ordinal: number;
  readonly status: 'completed' | 'failed' | 'running' | 'waiting' | 'undecided' | 'abandoned';
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly until: string | null;
  readonly fence: number;
  readonly error: OperationError | null;
}

/** An operation with all that happened to it (`?view=full`). */
export interface FullOperation<Result = unknown> extends Operation<Result> {
  readonly requests: readonly OperationRequest[];
  readonly attempts: readonly OperationAttempt[];
  readonly steps: readonly OperationStep[];
}

/** Something that happened to an operation. New types may be added: pass over what you do not know. */
export interface OperationEvent {
  /** Grows in the order of time. */
  readonly id: number;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What is published of one operation type (`GET /operation-types`); times in ms. */
export interface OperationTypeInfo {
  readonly name: string;
  readonly description: string | null;
  readonly idPrefix: string;
  readonly retry: Readonly<Record<'maxAttempts' | 'initialDelayMs' | 'factor' | 'maxDelayMs' | 'maxLost', number>>;
  readonly attemptTimeoutMs: number | null;
  readonly replayWindowMs: number;
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
}
