import { decideSettlement } from '@holdfast/engine';
import {
  canceledError,
  type ClaimedOperation,
  deadlineExceededError,
  ENGINE_ERROR_CODES,
  type OperationError,
  type RetryPolicy,
  type Settlement,
} from '@holdfast/kernel';
import type { Ending } from './execution.js';
import type { StopCode } from './stop-reason.js';

export interface EndedRun {
  readonly claimed: ClaimedOperation;
  readonly policy: RetryPolicy;
  /** Null when the handler did not come to an end and is not waited for any longer. */
  readonly outcome: Ending | null;
  /** Why the handler was told to stop, in that order; empty when it was not. */
  readonly stops: readonly StopCode[];
}

/**
 * What is written for a run that has ended. What the handler says for certain – a result, a permanent failure – stands,
 * even when it was told to stop meanwhile: the work is done, and saying otherwise would be untrue. Any other end after a
 * stop is that stop's doing.
 */
export function settlementOf({ claimed, policy, outcome, stops }: EndedRun, random: () => number): Settlement {
  const canceled = stops.includes('canceled');
  if (outcome?.kind === 'suspended') {
    if (canceled) return { event: 'yield-canceled', error: canceledError('unknown') };
    return { event: 'suspend', ...outcome.suspension };
  }
  if (outcome && outcome.kind !== 'failed') return decideSettlement(claimed, policy, outcome, canceled, random);
  const stop = stops.find((code) => code === 'attempt_timeout' || code === 'draining');
  // A drain is our doing and not the operation's, so the attempt does not count.
  if (stop === 'draining' && !canceled) return { event: 'suspend', waiting: null, delayMs: 0 };
  if (stops.includes('deadline_exceeded')) return { event: 'fail', error: deadlineExceededError('unknown') };
  const error = outcome === null || stop === 'attempt_timeout' ? timeoutError() : outcome.error;
  const retryAfterMs = outcome?.retryAfterMs ?? null;
  return decideSettlement(claimed, policy, { kind: 'failed', error, retryAfterMs }, canceled, random);
}

function timeoutError(): OperationError {
  return {
    code: ENGINE_ERROR_CODES.attemptTimeout,
    message: 'The attempt took longer than its type allows.',
    retryable: true,
    effect: 'unknown',
  };
}
