/** Everything that makes two runs of a client differ: time, chance, waiting. A test may give its own. */
export interface Runtime {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Milliseconds since any moment, by a clock that nobody sets: what time-outs and deadlines are measured with. */
  monotonicMs(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** That many random bytes, as hexadecimal digits, from a source that nobody can guess. */
  randomHex(bytes: number): string;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls back after `ms` unless it is canceled with what this gives back. */
  after(ms: number, callback: () => void): () => void;
}

/** Longest delay that `setTimeout` does not turn into none at all: 2^31 − 1 ms. */
const TIMER_MAX_MS = 2_147_483_647;

/** The real one. */
export const systemRuntime: Runtime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  randomHex(bytes) {
    // `crypto.randomUUID` is missing on pages without TLS; this is there everywhere.
    const random = crypto.getRandomValues(new Uint8Array(bytes));
    return [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  },
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const wake = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const cancel = this.after(ms, wake);
      const stop = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop, { once: true });
    });
  },
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), TIMER_MAX_MS));
    return () => clearTimeout(timer);
  },
};
