import { DAY_MS, EFFECTS, type Effect, ENGINE_ERROR_CODES, LIMITS, type OperationError } from '@holdfast/kernel';
import type { RunOutcome } from '@holdfast/engine';
import { jsonTextOf } from '../attempt/json-text.js';
import { plainText } from '../attempt/plain-text.js';
import { describeThrown, errorFromThrown } from '../attempt/thrown-value.js';

/** Registered globally: two copies of this package in one process must recognize each other's errors. */
const BRAND = Symbol.for('holdfast.handler-failure');

const CODE_LENGTH_MAX = 100;
const RETRY_AFTER_MAX_MS = 365 * DAY_MS;

export interface FailOptions {
  /** What is known about effects outside; `unknown` unless the handler is certain. */
  readonly effect?: Effect;
  /** JSON for the client, within `LIMITS.errorDetailsBytes`; replaced by the reason when it is not. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** Thrown by a handler that knows more about its failure than that it failed. */
class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure';
  readonly [BRAND]: RunOutcome;
  /** For handlers that catch it: what a child or an earlier attempt of a step failed with. */
  readonly code: string;
  readonly effect: Effect;
  readonly details?: unknown;

  constructor(outcome: Exclude<RunOutcome, { kind: 'returned' }>, cause: unknown) {
    super(outcome.error.message, cause === undefined ? undefined : { cause });
    this[BRAND] = outcome;
    this.code = outcome.error.code;
    this.effect = outcome.error.effect;
    if (outcome.error.details !== undefined) this.details = outcome.error.details;
  }
}

/**
 * `op.fail`: a failure that no further attempt can mend. Never throws itself, whatever it is given: a permanent failure
 * that became a retryable one by a slip in its own words would repeat the work.
 */
export function permanentFailure(code: unknown, message: unknown, options: FailOptions = {}): Error {
  const details = detailsOf(options.details);
  const error: OperationError = {
    code: wordOr(code, ENGINE_ERROR_CODES.handlerError, CODE_LENGTH_MAX),
    message: wordOr(message, 'The handler failed the operation.', LIMITS.errorMessageLength),
    retryable: false,
    effect: EFFECTS.find((effect) => effect === options.effect) ?? 'unknown',
    ...(details === undefined ? {} : { details }),
  };
  return new HandlerFailure({ kind: 'failed-for-good', error }, options.cause);
}

/**
 * `op.retryAfter`: a failure that names its own delay in ms, at most a year. It counts as an attempt like any other. A
 * delay that is not a number from 0 leaves the delay to the type's policy.
 */
export function delayedFailure(ms: unknown, cause?: unknown): Error {
  const given = failureOf(cause);
  const error: OperationError =
    given && given.kind !== 'returned'
      ? { ...given.error, retryable: true }
      : cause === undefined
        ? { ...errorFromThrown(undefined), message: 'The handler asked to be run again later.' }
        : errorFromThrown(cause);
  const valid = typeof ms === 'number' && ms >= 0;
  return new HandlerFailure(
    { kind: 'failed', error, retryAfterMs: valid ? Math.min(ms, RETRY_AFTER_MAX_MS) : null },
    cause,
  );
}

/** A failure of the engine's own making that another attempt may mend. */
export function retryableFailure(code: string, message: string): Error {
  const error: OperationError = { code, message, retryable: true, effect: 'unknown' };
  return new HandlerFailure({ kind: 'failed', error, retryAfterMs: null }, undefined);
}

/** The outcome that anything thrown by a handler stands for. Never throws. */
export function outcomeOfThrown(thrown: unknown): RunOutcome {
  return failureOf(thrown) ?? { kind: 'failed', error: errorFromThrown(thrown), retryAfterMs: null };
}

function failureOf(thrown: unknown): RunOutcome | null {
  try {
    const branded = typeof thrown === 'object' && thrown !== null && BRAND in thrown;
    return branded ? (thrown as HandlerFailure)[BRAND] : null;
  } catch {
    // A proxy may throw at any question; then it is not one of ours.
    return null;
  }
}

function wordOr(value: unknown, fallback: string, lengthMax: number): string {
  if (typeof value === 'string') return value.trim() === '' ? fallback : plainText(value, lengthMax);
  return value === undefined || value === null ? fallback : plainText(describeThrown(value), lengthMax);
}

function detailsOf(details: unknown): unknown {
  const json = jsonTextOf(details, LIMITS.errorDetailsBytes);
  switch (json.kind) {
    case 'nothing':
      return undefined;
    case 'text':
      return JSON.parse(json.text);
    case 'invalid':
      return { omitted: json.why };
    case 'too-large':
      return { omitted: `the details are ${json.bytes} bytes of JSON; at most ${LIMITS.errorDetailsBytes} are stored` };
  }
}
