/** The header that makes a retry safe (CONTRACT §3). */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';
/** What this client says of its own retries: which attempt, of how many, and why. */
export const IDEMPOTENCY_ATTEMPT = 'Idempotency-Attempt';
/** Says of an answer to a create whether an earlier request had created the operation. */
export const IDEMPOTENT_REPLAYED = 'Idempotent-Replayed';
/** Names the service's log entry of a request. */
export const REQUEST_ID = 'Request-Id';
