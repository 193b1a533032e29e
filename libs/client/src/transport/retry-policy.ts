/** How often, how fast and for how long a call is tried. All times in ms. */
export interface RetryPolicy {
  /** Tries of one call, the first one included. */
  readonly maxAttempts: number;
  /** Longest pause before the second try; each further one may be `factor` times as long, up to `maxDelayMs`. */
  readonly initialDelayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  /** Retries of all calls together that are free at the start, and at most. */
  readonly budgetReserve: number;
  /** Further retries that each call adds. */
  readonly budgetRatio: number;
  /** Further retries that each second adds. A retry for which none is left waits for its turn. */
  readonly budgetPerSecond: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 12,
  initialDelayMs: 200,
  factor: 2,
  maxDelayMs: 10_000,
  budgetReserve: 100,
  budgetRatio: 0.2,
  budgetPerSecond: 10,
};

/** Full jitter: anything from nothing to the limit, so that clients that failed together do not come back together. */
export function backoffMs({ initialDelayMs, factor, maxDelayMs }: RetryPolicy, tries: number, random: number): number {
  return random * Math.min(maxDelayMs, initialDelayMs * factor ** (tries - 1));
}
