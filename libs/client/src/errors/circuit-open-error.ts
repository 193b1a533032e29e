import { HoldfastError } from './holdfast-error.js';

/** The service has been failing, so this request was not sent: the circuit breaker gives it time to recover. */
export class CircuitOpenError extends HoldfastError {
  override readonly name = 'CircuitOpenError';
  readonly code = 'circuit_open';
  readonly retryable = true;

  constructor(options?: ErrorOptions) {
    super('The service has been failing; requests are held back for a while.', options);
  }
}
