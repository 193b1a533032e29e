/** Why a request is sent again, in the words of `Idempotency-Attempt` (CONTRACT §3). */
export type RetryReason = 'timeout' | 'connection-reset' | 'server-error' | 'throttled' | 'unknown-outcome' | 'user';
