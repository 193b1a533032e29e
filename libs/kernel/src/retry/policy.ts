/** How a type's failures are repeated. Times in milliseconds. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** Upper end of the first delay. */
  readonly initialDelayMs: number;
  /** Growth of the upper end from one attempt to the next. */
  readonly factor: number;
  /** The upper end never exceeds this. */
  readonly maxDelayMs: number;
  /** Leases an operation may lose before it ends as `worker_lost`. */
  readonly maxLost: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  maxAttempts: 5,
  initialDelayMs: 200,
  factor: 2,
  maxDelayMs: 60_000,
  maxLost: 5,
};

/** Upper end of the delay, in ms, of an operation that lost its first lease; doubled with each further one. */
export const LOST_DELAY_MS = 500;
export const LOST_DELAY_MAX_MS = 60_000;

/**
 * Milliseconds to wait after attempt number `attempt` (from 1) failed: full jitter, uniform between 0 and the capped
 * exponential (AWS Builders' Library, «Timeouts, retries and backoff with jitter»). `random` gives [0, 1).
 */
export function backoffMs(policy: RetryPolicy, attempt: number, random: () => number): number {
  // Nothing times infinity is no number: a policy without delay stays without one, however many attempts there were.
  if (policy.initialDelayMs === 0) return 0;
  const ceiling = Math.min(policy.maxDelayMs, policy.initialDelayMs * policy.factor ** Math.max(0, attempt - 1));
  return Math.floor(random() * (ceiling + 1));
}
