import { type Effect, ENGINE_ERROR_CODES, type OperationError } from './operation-error.js';

/** The error of a canceled operation; `none` is claimed only for one that never ran. */
export function canceledError(effect: Effect): OperationError {
  return {
    code: ENGINE_ERROR_CODES.canceled,
    message: 'The operation was canceled on request.',
    retryable: false,
    effect,
  };
}

/** The error of an operation that was not done by its deadline. */
export function deadlineExceededError(effect: Effect): OperationError {
  return {
    code: ENGINE_ERROR_CODES.deadlineExceeded,
    message: 'The deadline passed before the operation had ended.',
    retryable: true,
    effect,
  };
}

/** What is recorded for an attempt whose worker stopped renewing its lease: nobody knows how far it came. */
export function workerLostError(): OperationError {
  return {
    code: ENGINE_ERROR_CODES.workerLost,
    message: 'The worker that ran the operation stopped renewing its lease.',
    retryable: true,
    effect: 'unknown',
  };
}

/** The error of an operation that had not ended when the backup was taken from which its database was restored. */
export function restoredError(): OperationError {
  return {
    code: ENGINE_ERROR_CODES.restored,
    message: 'The database was restored from a backup, and what happened to the operation since then is not known.',
    retryable: true,
    effect: 'unknown',
  };
}
