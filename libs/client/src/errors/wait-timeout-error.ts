import type { Operation } from '../wire/operation.js';
import { HoldfastError } from './holdfast-error.js';

/** The operation had not ended when the time to wait was over. It goes on; wait again whenever you like. */
export class WaitTimeoutError extends HoldfastError {
  override readonly name = 'WaitTimeoutError';
  readonly code = 'wait_timeout';
  readonly retryable = true;
  override readonly operationId: string;

  constructor(
    /** As it was last seen; null when no answer came at all. */
    readonly operation: Operation | null,
    id: string,
  ) {
    super(`Operation ${id} had not ended in time${operation ? `: it is ${operation.status}` : ''}.`);
    this.operationId = id;
  }
}
