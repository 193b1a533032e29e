/**
 * Every header field this service reads or writes, spelled as its standard spells it. Field names are compared without
 * regard to case (RFC 9110 §5.1); Node hands them over, and Fastify keeps them, in lower case.
 */
export const HEADER = {
  accept: 'accept',
  /** `no` keeps nginx, and what imitates it, from holding back a stream. */
  accelBuffering: 'x-accel-buffering',
  allow: 'allow',
  authorization: 'authorization',
  cacheControl: 'cache-control',
  connection: 'connection',
  contentEncoding: 'content-encoding',
  contentLength: 'content-length',
  contentLocation: 'content-location',
  contentSecurityPolicy: 'content-security-policy',
  contentType: 'content-type',
  contentTypeOptions: 'x-content-type-options',
  etag: 'etag',
  idempotencyKey: 'idempotency-key',
  idempotentReplayed: 'idempotent-replayed',
  ifMatch: 'if-match',
  ifNoneMatch: 'if-none-match',
  lastEventId: 'last-event-id',
  link: 'link',
  location: 'location',
  operationLocation: 'operation-location',
  prefer: 'prefer',
  preferenceApplied: 'preference-applied',
  requestId: 'request-id',
  retryAfter: 'retry-after',
  /** Read by SDKs that Stainless generates: `false` keeps them from repeating what cannot succeed. */
  shouldRetry: 'x-should-retry',
  traceParent: 'traceparent',
  transferEncoding: 'transfer-encoding',
  vary: 'vary',
  wwwAuthenticate: 'www-authenticate',
} as const;

export type HeaderName = (typeof HEADER)[keyof typeof HEADER];

export const MEDIA_TYPE = {
  json: 'application/json; charset=utf-8',
  problem: 'application/problem+json; charset=utf-8',
  html: 'text/html; charset=utf-8',
  eventStream: 'text/event-stream; charset=utf-8',
} as const;
