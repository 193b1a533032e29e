import {
  backoffMs,
  canceledError,
  type ClaimedOperation,
  type OperationError,
  type RetryPolicy,
  type Settlement,
} from '@holdfast/kernel';

/** What became of one run of a handler, before anybody decided what that means for the operation. */
export type RunOutcome =
  | { readonly kind: 'returned'; readonly result: string | null }
  | { readonly kind: 'failed-for-good'; readonly error: OperationError }
  | { readonly kind: 'failed'; readonly error: OperationError; readonly retryAfterMs: number | null };

/**
 * Turns the outcome of an attempt into the lifecycle event it causes. A result is kept even when a cancel was asked
 * for meanwhile: the work is done, and saying otherwise would be untrue. Any failure after a cancel request counts as
 * the handler yielding to it.
 */
export function decideSettlement(
  claimed: ClaimedOperation,
  policy: RetryPolicy,
  outcome: RunOutcome,
  cancelRequested: boolean,
  random: () => number,
): Settlement {
  if (outcome.kind === 'returned') return { event: 'succeed', result: outcome.result };
  if (cancelRequested) return { event: 'yield-canceled', error: canceledError('unknown') };
  if (outcome.kind === 'failed-for-good') return { event: 'fail', error: outcome.error };
  if (claimed.attempt >= claimed.maxAttempts) return { event: 'fail', error: outcome.error };
  const delayMs = outcome.retryAfterMs ?? backoffMs(policy, claimed.attempt, random);
  return { event: 'retry', error: outcome.error, delayMs };
}
