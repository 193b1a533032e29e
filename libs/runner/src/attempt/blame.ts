import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<(error: unknown) => void>();

/** Runs a handler so that whatever it begins, and nobody waits for, is known to be its doing. */
export function underBlame<Result>(blame: (error: unknown) => void, work: () => Result): Result {
  return current.run(blame, work);
}

/**
 * Lays an error that nobody caught at the door of the attempt whose handler began it: that attempt fails by its policy,
 * and no other operation suffers. False when it is no handler's doing. To be called from the process's own
 * `unhandledRejection` and `uncaughtException` listeners, which run in the context of what failed.
 */
export function blameAttempt(error: unknown): boolean {
  const blame = current.getStore();
  blame?.(error);
  return blame !== undefined;
}
