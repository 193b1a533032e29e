import type { Problem } from '../wire/problem.js';
import { slugOf } from '../wire/problem.js';
import type { CallFacts } from './call-facts.js';
import { ProblemError } from './problem-error.js';

/* One class for each slug of the service's catalogue; a test holds this file against it. */

export class BodyInvalidError extends ProblemError {}
export class IdempotencyKeyMissingError extends ProblemError {}
export class IdempotencyKeyInvalidError extends ProblemError {}
export class PageTokenInvalidError extends ProblemError {}
export class RequestMalformedError extends ProblemError {}
export class ParameterInvalidError extends ProblemError {}
export class UnauthenticatedError extends ProblemError {}
export class OperationNotFoundError extends ProblemError {}
export class RouteNotFoundError extends ProblemError {}
export class MethodNotAllowedError extends ProblemError {}
export class RequestTimeoutError extends ProblemError {}
export class IdempotencyKeyInFlightError extends ProblemError {}
export class OperationNotTerminalError extends ProblemError {}
export class OperationPurgedError extends ProblemError {}
export class PreconditionFailedError extends ProblemError {}
export class BodyTooLargeError extends ProblemError {}
export class MediaTypeUnsupportedError extends ProblemError {}
export class ValidationFailedError extends ProblemError {}
export class OperationTypeUnknownError extends ProblemError {}
export class IdempotencyKeyReusedError extends ProblemError {}
export class IdempotencyKeyExpiredError extends ProblemError {}
export class IdempotencyOutcomeUnknownError extends ProblemError {}
export class IdempotencyAnswerNotKeptError extends ProblemError {}
export class OperationNotResumableError extends ProblemError {}
export class OperationTerminalError extends ProblemError {}
export class OperationFailedError extends ProblemError {}
export class OperationCanceledError extends ProblemError {}
export class HeadersTooLargeError extends ProblemError {}
export class QuotaExceededError extends ProblemError {}
export class InternalError extends ProblemError {}
export class OverloadedError extends ProblemError {}
export class DrainingError extends ProblemError {}
export class DatabaseUnavailableError extends ProblemError {}

/** The class of each slug. */
export const PROBLEM_ERRORS = {
  'body-invalid': BodyInvalidError,
  'idempotency-key-missing': IdempotencyKeyMissingError,
  'idempotency-key-invalid': IdempotencyKeyInvalidError,
  'page-token-invalid': PageTokenInvalidError,
  'request-malformed': RequestMalformedError,
  'parameter-invalid': ParameterInvalidError,
  unauthenticated: UnauthenticatedError,
  'operation-not-found': OperationNotFoundError,
  'route-not-found': RouteNotFoundError,
  'method-not-allowed': MethodNotAllowedError,
  'request-timeout': RequestTimeoutError,
  'idempotency-key-in-flight': IdempotencyKeyInFlightError,
  'operation-not-terminal': OperationNotTerminalError,
  'operation-purged': OperationPurgedError,
  'precondition-failed': PreconditionFailedError,
  'body-too-large': BodyTooLargeError,
  'media-type-unsupported': MediaTypeUnsupportedError,
  'validation-failed': ValidationFailedError,
  'operation-type-unknown': OperationTypeUnknownError,
  'idempotency-key-reused': IdempotencyKeyReusedError,
  'idempotency-key-expired': IdempotencyKeyExpiredError,
  'idempotency-outcome-unknown': IdempotencyOutcomeUnknownError,
  'idempotency-answer-not-kept': IdempotencyAnswerNotKeptError,
  'operation-not-resumable': OperationNotResumableError,
  'operation-terminal': OperationTerminalError,
  'operation-failed': OperationFailedError,
  'operation-canceled': OperationCanceledError,
  'headers-too-large': HeadersTooLargeError,
  'quota-exceeded': QuotaExceededError,
  internal: InternalError,
  overloaded: OverloadedError,
  draining: DrainingError,
  'database-unavailable': DatabaseUnavailableError,
} as const satisfies Record<string, typeof ProblemError>;

export type ProblemSlug = keyof typeof PROBLEM_ERRORS;

/** The error for a problem document; a slug that a newer service may have added is a plain {@link ProblemError}. */
export function problemError(problem: Problem, facts?: CallFacts): ProblemError {
  const slug = slugOf(problem);
  const Known = Object.hasOwn(PROBLEM_ERRORS, slug) ? PROBLEM_ERRORS[slug as ProblemSlug] : ProblemError;
  return new Known(problem, facts);
}
