import { ERROR_CATALOGUE, errorCode, type Refusal } from '@holdfast/kernel';
import type { OperationUrls } from '../views/operation-urls.js';

/**
 * A refusal on the wire: RFC 9457 members, `error` for Azure and Stripe clients, and what a retry would do (CONTRACT
 * §4). The member `status` is always the number of RFC 9457; an operation's status is called `operationStatus`.
 */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly error: { readonly code: string; readonly message: string };
  readonly retryable: boolean;
  readonly safeToRetryWithSameKey: boolean;
  readonly operationId?: string;
  readonly operationStatus?: string;
  readonly purgedAt?: string;
  readonly mismatch?: readonly string[];
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** `requestId` is the UUID under which the request is logged; it makes the problem's `instance`. */
export function problemDocument(refusal: Refusal, urls: OperationUrls, requestId: string): ProblemDocument {
  const { slug, message, context } = refusal;
  const { status, title, retryable, safeToRetryWithSameKey } = ERROR_CATALOGUE[slug];
  return {
    type: urls.problem(slug),
    title,
    status,
    detail: message,
    instance: `urn:uuid:${requestId}`,
    error: context.error ?? { code: errorCode(slug), message },
    retryable,
    safeToRetryWithSameKey,
    ...(context.operationId === undefined ? {} : { operationId: context.operationId }),
    ...(context.operationStatus === undefined ? {} : { operationStatus: context.operationStatus }),
    ...(context.purgedAt === undefined ? {} : { purgedAt: context.purgedAt.toISOString() }),
    ...(context.mismatch === undefined ? {} : { mismatch: context.mismatch }),
    ...(context.errors === undefined ? {} : { errors: context.errors }),
  };
}

/**
 * Would a client that repeats by itself do so in vain? Stainless SDKs ask this of `x-should-retry`; only conditions that
 * a repeat cannot change are marked, the rest is left to the client.
 */
export function isPermanent(refusal: Refusal): boolean {
  const { status, retryable } = ERROR_CATALOGUE[refusal.slug];
  return status < 500 && !retryable;
}

/** Whole seconds of `Retry-After`: what the refusal says, else 1 for every condition that passes by itself. */
export function retryAfterOf(refusal: Refusal): number | null {
  const { status, retryable } = ERROR_CATALOGUE[refusal.slug];
  const passes = retryable && (status === 409 || status === 429 || status === 503);
  return refusal.context.retryAfterSeconds ?? (passes ? 1 : null);
}
