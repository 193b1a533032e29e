/**
 * Every refusal a client can meet: HTTP status, sentence, and what a retry would do. Problem documents, the OpenAPI
 * file and the error pages are made from this table.
 *
 * A permanent condition is never 409, 429 or 5xx, because clients repeat those by themselves (CONTRACT §4).
 */
export interface CatalogueEntry {
  readonly status: number;
  /** Short summary that does not change from case to case (RFC 9457 `title`). */
  readonly title: string;
  /** May the very same request succeed later? */
  readonly retryable: boolean;
  /** Is it safe to send the request again with the same idempotency key? */
  readonly safeToRetryWithSameKey: boolean;
  /** What to do about it, one sentence for a person. */
  readonly remedy: string;
}

const entries = {
  'body-invalid': entry(400, 'The request body is not acceptable JSON', 'Send one JSON object in UTF-8.', true),
  'idempotency-key-missing': entry(
    400,
    'The Idempotency-Key header is missing',
    'Send an Idempotency-Key that is unique to this intent, and the same one on every retry of it.',
    true,
  ),
  'idempotency-key-invalid': entry(
    400,
    'The Idempotency-Key header is malformed',
    'Send one key of 1 to 255 visible ASCII characters, bare or as a quoted string.',
    true,
  ),
  'page-token-invalid': entry(400, 'The page token is not valid for this query', 'Start again without a pageToken.'),
  'request-malformed': entry(400, 'The request is not well-formed HTTP', 'Send well-formed HTTP/1.1.', true),
  'parameter-invalid': entry(
    400,
    'A parameter is not valid',
    'Correct the parameter that is named in the detail.',
    true,
  ),
  unauthenticated: entry(401, 'A valid bearer token is needed', 'Send Authorization: Bearer <token>.', true),
  'operation-not-found': entry(404, 'There is no such operation', 'Check the id and the token it is asked with.'),
  'route-not-found': entry(404, 'There is no such resource', 'See /openapi.json for the routes.'),
  'method-not-allowed': entry(405, 'The method is not allowed here', 'See the Allow header.'),
  'request-timeout': entry(408, 'The request did not arrive in time', 'Send the same request again.', true, true),
  'idempotency-key-in-flight': entry(
    409,
    'The first request with this key has not been decided yet',
    'Wait for Retry-After and send the same request again.',
    true,
    true,
  ),
  'operation-not-terminal': entry(
    409,
    'The operation has not ended yet',
    'Wait until it ends, or cancel it.',
    true,
    true,
  ),
  'operation-purged': entry(410, 'The operation has been purged', 'Only its last status is known.'),
  'precondition-failed': entry(412, 'The operation has changed', 'Read it again and decide with its new ETag.', true),
  'body-too-large': entry(413, 'The request body is too large', 'Keep the body within 1 MiB.', true),
  'media-type-unsupported': entry(415, 'The media type is not supported', 'Send application/json in UTF-8.', true),
  'validation-failed': entry(422, 'The request is not valid', 'Correct the members named in errors.', true),
  'operation-type-unknown': entry(
    422,
    'The operation type is unknown',
    'Use a type from GET /operation-types; the key was not used.',
    true,
  ),
  'idempotency-key-reused': entry(
    422,
    'The idempotency key was already used for a different request',
    'Send the original request, or a new key for a new intent.',
  ),
  'idempotency-key-expired': entry(
    422,
    'The idempotency key has expired',
    'Look at operationStatus; use a new key only if a second run is wanted.',
  ),
  'idempotency-outcome-unknown': entry(
    422,
    'Nobody knows whether the first request with this key took effect',
    'Find out what has happened; use a new key only if the work is still wanted.',
  ),
  'idempotency-answer-not-kept': entry(
    422,
    'The first request with this key was answered, and its answer was not kept',
    'Read what it changed; use a new key only if a second run is wanted.',
  ),
  'operation-not-resumable': entry(
    422,
    'The operation cannot be resumed',
    'Only a failed operation whose deadline is not over can be resumed.',
    true,
  ),
  'operation-terminal': entry(422, 'The operation has already ended', 'Nothing more can be sent to it.'),
  'operation-failed': entry(424, 'The operation failed', 'Look at error; a failed operation can be resumed.'),
  'operation-canceled': entry(424, 'The operation was canceled', 'Create a new operation if the work is still wanted.'),
  'headers-too-large': entry(431, 'The request headers are too large', 'Send fewer or shorter headers.', true),
  'quota-exceeded': entry(429, 'The quota is used up', 'Wait for Retry-After.', true, true),
  internal: entry(
    500,
    'Something unexpected went wrong',
    'Send the same request again; the key makes that safe.',
    true,
    true,
  ),
  overloaded: entry(503, 'The service has no room for this request', 'Wait for Retry-After.', true, true),
  draining: entry(
    503,
    'This process is shutting down',
    'Send the request again; another process will take it.',
    true,
    true,
  ),
  'database-unavailable': entry(
    503,
    'The database cannot be reached',
    'Send the same request again later.',
    true,
    true,
  ),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorSlug = keyof typeof entries;

export const ERROR_CATALOGUE: Readonly<Record<ErrorSlug, CatalogueEntry>> = entries;

export const ERROR_SLUGS = Object.keys(entries) as ErrorSlug[];

function entry(status: number, title: string, remedy: string, sameKey = false, retryable = false): CatalogueEntry {
  return { status, title, remedy, retryable, safeToRetryWithSameKey: sameKey };
}

/** The machine-readable code that Azure and Stripe clients read: the slug with underscores. */
export function errorCode(slug: ErrorSlug): string {
  return slug.replaceAll('-', '_');
}
