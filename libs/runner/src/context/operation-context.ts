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
  readonly calls: DurableCalls;
}

/**
 * The context of one attempt. What it is made of is asked for member by member, when the handler first looks at it: a
 * short handler looks at two or three, and the rest would cost more than its work.
 */
export function operationContext(parts: ContextParts): OperationContext {
  return Object.freeze(new Context(parts));
}

class Context implements OperationContext {
  readonly id: string;
  readonly type: string;
  readonly attempt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly #parts: ContextParts;
  #input: { readonly value: JsonValue } | null = null;
  #progress: AttemptContext['progress'] | null = null;
  #idempotencyKey: AttemptContext['idempotencyKey'] | null = null;

  constructor(parts: ContextParts) {
    const { id, type, attempt, labels } = parts.claimed;
    this.id = id;
    this.type = type;
    this.attempt = attempt;
    this.labels = labels;
    this.#parts = parts;
  }

  get input(): JsonValue {
    return (this.#input ??= { value: inputOf(this.#parts.claimed.request) }).value;
  }

  get signal(): AbortSignal {
    return this.#parts.signal;
  }

  get log(): Log {
    return this.#parts.log;
  }

  get progress(): AttemptContext['progress'] {
    const { progress } = this.#parts;
    return (this.#progress ??= (report) => progress.report(report));
  }

  get idempotencyKey(): AttemptContext['idempotencyKey'] {
    const { id } = this;
    return (this.#idempotencyKey ??= (name) => downstreamKey(id, name));
  }

  get fail(): AttemptContext['fail'] {
    return permanentFailure;
  }

  get retryAfter(): AttemptContext['retryAfter'] {
    return delayedFailure;
  }

  get step(): DurableCalls['step'] {
    return this.#parts.calls.step;
  }

  get sleep(): DurableCalls['sleep'] {
    return this.#parts.calls.sleep;
  }

  get sleepUntil(): DurableCalls['sleepUntil'] {
    return this.#parts.calls.sleepUntil;
  }

  get waitForSignal(): DurableCalls['waitForSignal'] {
    return this.#parts.calls.waitForSignal;
  }

  get call(): DurableCalls['call'] {
    return this.#parts.calls.call;
  }

  get transaction(): DurableCalls['transaction'] {
    return this.#parts.calls.transaction;
  }

  get onFailure(): DurableCalls['onFailure'] {
    return this.#parts.calls.onFailure;
  }

  get all(): DurableCalls['all'] {
    return this.#parts.calls.all;
  }

  get race(): DurableCalls['race'] {
    return this.#parts.calls.race;
  }
}

/** The request is stored as the text its fingerprint was made of, where a null input is left out. */
function inputOf(request: string): JsonValue {
  const { input = null } = JSON.parse(request) as { input?: JsonValue };
  return input;
}
