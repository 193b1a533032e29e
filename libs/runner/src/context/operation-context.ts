import type { ClaimedOperation, JsonValue, Log } from '@holdfast/kernel';
import type { DurableCalls } from './durable-calls.js';
import { delayedFailure, type FailOptions, permanentFailure } from './handler-failure.js';
import { downstreamKey } from './idempotency-key.js';
import type { ProgressWriter } from './progress-writer.js';

/** What `op.progress` is given. The named members are what the console draws; others are shown as they are. */
export interface Progress {
  readonly completed?: number;
  readonly total?: number;
  readonly message?: string;
  readonly [member: string]: unknown;
}

/** What a handler is called with (CONTRACT §6). Its functions need no `this`, so they may be destructured. */
export interface OperationContext extends AttemptContext, DurableCalls {}

/** What belongs to this attempt alone. */
export interface AttemptContext {
  readonly id: string;
  readonly type: string;
  /** A copy for this attempt alone; null when the client sent none. */
  readonly input: JsonValue;
  /** Number of this attempt, from 1. */
  readonly attempt: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Aborts when the handler should stop; `signal.reason.code` says why. */
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly progress: (progress: Progress) => Promise<void>;
  readonly idempotencyKey: (name: string) => string;
  /** An error to throw: the operation fails for good. */
  readonly fail: (code: string, message: string, options?: FailOptions) => Error;
  /** An error to throw: the next attempt, if there is one left, comes after `ms`. */
  readonly retryAfter: (ms: number, cause?: unknown) => Error;
}

export interface ContextParts {
  readonly claimed: ClaimedOperation;
  readonly signal: AbortSignal;
  readonly progress: ProgressWriter;
  /** Already bound to the attempt. */
  readonly log: Log;
}

/** The context of one attempt. */
export function operationContext({ claimed, signal, progress, log }: ContextParts): AttemptContext {
  return {
    id: claimed.id,
    type: claimed.type,
    input: inputOf(claimed.request),
    attempt: claimed.attempt,
    labels: claimed.labels,
    signal,
    log,
    progress: (report: Progress) => progress.report(report),
    idempotencyKey: (name: string) => downstreamKey(claimed.id, name),
    fail: permanentFailure,
    retryAfter: delayedFailure,
  };
}

/** The request is stored as the text its fingerprint was made of, where a null input is left out. */
function inputOf(request: string): JsonValue {
  const { input = null } = JSON.parse(request) as { input?: JsonValue };
  return input;
}
