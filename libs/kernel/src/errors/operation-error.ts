/**
 * What is known about effects outside when an operation ended without success: `none` only if it is certain that
 * nothing happened, `applied` if it is certain that something did, `unknown` otherwise.
 */
export const EFFECTS = ['none', 'applied', 'unknown'] as const;
export type Effect = (typeof EFFECTS)[number];

/** Why an operation failed or was canceled, and the shape in which it is stored and shown. */
export interface OperationError {
  /** Never empty; Azure clients drop the whole error otherwise. */
  readonly code: string;
  readonly message: string;
  /** True when another attempt could have succeeded: the attempts were spent, not the request wrong. */
  readonly retryable: boolean;
  readonly effect: Effect;
  readonly details?: unknown;
}

/** Codes the engine itself writes into `error.code`. Handlers choose their own words for the rest. */
export const ENGINE_ERROR_CODES = {
  canceled: 'canceled',
  deadlineExceeded: 'deadline_exceeded',
  workerLost: 'worker_lost',
  attemptTimeout: 'attempt_timeout',
  handlerError: 'handler_error',
  resultInvalid: 'result_invalid',
  resultTooLarge: 'result_too_large',
  stepTimeout: 'step_timeout',
  signalTimeout: 'signal_timeout',
  outcomeUnknown: 'outcome_unknown',
  childPurged: 'child_purged',
  restored: 'restored',
} as const;
