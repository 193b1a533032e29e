import type { RetryReason } from '../transport/retry-reason.js';
import type { CallFacts } from './call-facts.js';
import { HoldfastError } from './holdfast-error.js';

/**
 * No answer of the service arrived, however often the request was sent. Whether the service acted on it is not known:
 * call again with the same `key`, or ask `findByKey`.
 */
export class UnreachableError extends HoldfastError {
  override readonly name = 'UnreachableError';
  readonly code = 'unreachable';
  readonly retryable = true;

  constructor(
    message: string,
    /** Why the last request got no answer. */
    readonly reason: RetryReason,
    facts?: CallFacts,
    options?: ErrorOptions,
  ) {
    super(message, facts, options);
  }
}
