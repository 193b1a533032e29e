import type { OpenTestRun } from '../postgres/open-test-run.js';

/** Between setup and teardown, which Jest loads and calls in one and the same process. */
const OPEN_RUN = Symbol.for('holdfast.testkit.openRun');

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type EndingSignal = keyof typeof EXIT_CODES;

/** Keeps the run for the teardown, and closes it when a signal ends Jest, which then never gets to its teardown. */
export function keepOpenRun(run: OpenTestRun): void {
  (globalThis as Record<symbol, unknown>)[OPEN_RUN] = run;
  for (const signal of Object.keys(EXIT_CODES) as EndingSignal[]) {
    // Once: whoever presses Ctrl-C a second time does not want to wait.
    process.once(signal, () => void run.close().finally(() => process.exit(EXIT_CODES[signal])));
  }
}

export function openRun(): OpenTestRun | undefined {
  return (globalThis as Record<symbol, unknown>)[OPEN_RUN] as OpenTestRun | undefined;
}
