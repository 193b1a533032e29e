/**
 * Time as this process sees it. It decides how long to wait, never whether a lease, a due time or a deadline is over:
 * that is the database's to say.
 */
export interface Clock {
  /** Wall clock, ms since the epoch; for ids and for people. */
  wallMs(): number;
  /** Monotonic ms; for measuring and for timeouts. */
  monotonicMs(): number;
  /** Calls `fn` once after `ms`; the returned function takes that back. Never keeps the process alive. */
  after(ms: number, fn: () => void): () => void;
}

/** Longest delay Node's timers accept; a longer one would fire at once. */
const TIMER_MAX_MS = 2_147_483_647;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(Math.max(ms, 0), TIMER_MAX_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      takeBack();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const takeBack = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
