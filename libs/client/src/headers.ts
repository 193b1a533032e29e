/** The header that makes a retry safe (CONTRACT §3). */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';
