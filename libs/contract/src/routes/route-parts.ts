import { HEADER, type HeaderName } from '../headers/header-names.js';
import type { Success } from './route.js';

/* What rows of the route table have in common. */

/** Where the operation is. */
export const LOCATED: readonly HeaderName[] = [HEADER.operationLocation, HEADER.location, HEADER.contentLocation];
/** What may be kept and revalidated. */
export const VERSIONED: readonly HeaderName[] = [HEADER.etag, HEADER.retryAfter, HEADER.cacheControl, HEADER.vary];
/** Of an answer to a create. */
export const CREATED: readonly HeaderName[] = [
  ...LOCATED,
  HEADER.etag,
  HEADER.retryAfter,
  HEADER.cacheControl,
  HEADER.idempotencyKey,
  HEADER.idempotentReplayed,
  HEADER.preferenceApplied,
];
/** Of an answer to a call that moves an operation. */
export const CONTROLLED: readonly HeaderName[] = [...LOCATED, HEADER.etag, HEADER.retryAfter, HEADER.cacheControl];
/** The same for one that has a key. */
export const SIGNALED: readonly HeaderName[] = [...CONTROLLED, HEADER.idempotencyKey];

/** The guarantee of everything that only reads. */
export const READ_PROMISE = { repeatable: true, promise: 'It only reads: repeat it as often as you like.' } as const;

/** Refusals of everything that takes a body with members. */
export const BODY_REFUSALS = ['body-invalid', 'body-too-large', 'media-type-unsupported', 'validation-failed'] as const;
/** Refusals of everything that names an operation. */
export const LOOKUP_REFUSALS = ['unauthenticated', 'operation-not-found', 'operation-purged'] as const;

/** The answer to a condition that holds. */
export const UNCHANGED: Success = {
  status: 304,
  when: 'The version named by If-None-Match is still the current one.',
  body: 'None',
  headers: VERSIONED,
};

/** One row of what a route answers when it does not refuse. */
export function success(
  status: Success['status'],
  when: string,
  body: Success['body'],
  headers: readonly HeaderName[],
): Success {
  return { status, when, body, headers };
}
