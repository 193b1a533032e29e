import type { CallFacts } from './call-facts.js';
import { HoldfastError } from './holdfast-error.js';

/**
 * The service has been failing, so the last request was not sent: the circuit breaker gives it time to recover. When
 * `attempts` is not 0, earlier ones were, and whether the service acted on them is not known.
 */
export class CircuitOpenError extends HoldfastError {
  override readonly name = 'CircuitOpenError';
  readonly code = 'circuit_open';
  readonly retryable = true;

  constructor(facts?: CallFacts, options?: ErrorOptions) {
    super('The service has been failing; requests are held back for a while.', facts, options);
  }
}
