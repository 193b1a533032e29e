import { OperationUrls, problemDocument, retryAfterOf } from '@holdfast/contract';
import { ERROR_CATALOGUE, errorCode, type ErrorSlug, isRefusal, type Refusal } from '@holdfast/kernel';
import { HttpException } from '@nestjs/common';
import { randomUUID } from 'node:crypto';

/**
 * A refusal of the catalogue as an exception of Nest: a controller that lets it pass answers with the problem document
 * (RFC 9457) and the status of the catalogue. Callers tell refusals apart by the classes below, or by `code`.
 */
export class HoldfastError extends HttpException {
  /** The word of the catalogue with underscores: `idempotency_key_reused`. */
  readonly code: string;
  readonly slug: ErrorSlug;
  /** May the very same call succeed later? */
  readonly retryable: boolean;
  /** TypeID of the operation the refusal is about. */
  readonly operationId: string | null;
  /** Seconds after which a retry is worth while; null when the time is not what it is about. */
  readonly retryAfterSeconds: number | null;

  constructor(refusal: Refusal, publicUrl: string) {
    const problem = problemDocument(refusal, new OperationUrls(publicUrl), randomUUID());
    super(problem, problem.status, { cause: refusal });
    this.message = refusal.message;
    this.slug = refusal.slug;
    this.code = errorCode(refusal.slug);
    this.retryable = ERROR_CATALOGUE[refusal.slug].retryable;
    this.operationId = refusal.context.operationId ?? null;
    this.retryAfterSeconds = retryAfterOf(refusal);
  }
}

/** The key was used for another request. */
export class IdempotencyKeyReusedError extends HoldfastError {}
/** The key's operation is purged. */
export class IdempotencyKeyExpiredError extends HoldfastError {}
/** Another request with this key has not been decided yet: the same call succeeds later. */
export class IdempotencyKeyInFlightError extends HoldfastError {}
/** The key is absent or cannot be one. */
export class IdempotencyKeyInvalidError extends HoldfastError {}
/** Nobody knows whether the first request with this key has taken effect. */
export class IdempotencyOutcomeUnknownError extends HoldfastError {}
/** The input or another member is not valid; the problem lists `errors`. */
export class ValidationFailedError extends HoldfastError {}
export class OperationTypeUnknownError extends HoldfastError {}
export class OperationNotFoundError extends HoldfastError {}
export class OperationPurgedError extends HoldfastError {}
export class OperationTerminalError extends HoldfastError {}
export class OperationNotResumableError extends HoldfastError {}
/** The database is away, the process drains, or there is no room: the same call succeeds later. */
export class UnavailableError extends HoldfastError {}

const CLASSES: Partial<Record<ErrorSlug, typeof HoldfastError>> = {
  'idempotency-key-reused': IdempotencyKeyReusedError,
  'idempotency-key-expired': IdempotencyKeyExpiredError,
  'idempotency-key-in-flight': IdempotencyKeyInFlightError,
  'idempotency-key-missing': IdempotencyKeyInvalidError,
  'idempotency-key-invalid': IdempotencyKeyInvalidError,
  'idempotency-outcome-unknown': IdempotencyOutcomeUnknownError,
  'validation-failed': ValidationFailedError,
  'operation-type-unknown': OperationTypeUnknownError,
  'operation-not-found': OperationNotFoundError,
  'operation-purged': OperationPurgedError,
  'operation-terminal': OperationTerminalError,
  'operation-not-resumable': OperationNotResumableError,
  'database-unavailable': UnavailableError,
  draining: UnavailableError,
  overloaded: UnavailableError,
};

/** The exception for a refusal. */
export function holdfastError(refusal: Refusal, publicUrl: string): HoldfastError {
  return new (CLASSES[refusal.slug] ?? HoldfastError)(refusal, publicUrl);
}

/** Waits for `work`; a refusal comes out as the exception for it, everything else passes. */
export async function asHoldfastErrors<Result>(publicUrl: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isRefusal(error) ? holdfastError(error, publicUrl) : error;
  }
}
