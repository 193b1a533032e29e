import { type Clock, type Log, pause } from '@holdfast/kernel';
import { never } from './activity.js';
import type { Journal } from './journal.js';

export interface UnwindingParts {
  readonly journal: Pick<Journal, 'unasked'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, when all has been shown. */
  readonly onShown: () => void;
}

/** How long code beside a call that is new may take to come to what was done, in ms. */
const GRACE_MS = 1_000;

/**
 * The run of a handler that only shows what there is to undo. It ends at the first durable call that is new; what awaits
 * the call never hears of it, so that no `catch` or `finally` of the handler does anything. Code that runs beside it
 * still gets to register what undoes its own part, as long as there are completed steps it has not come by.
 */
export class Unwinding {
  private met = false;
  private closed = false;
  private readonly handlerEnded = new AbortController();

  constructor(private readonly parts: UnwindingParts) {}

  /** A durable call that is new. Never settles. */
  meetNew(): Promise<never> {
    if (!this.met && !this.closed) void this.windUp();
    this.met = true;
    return never();
  }

  /** The handler has come to its end by itself, and has shown all there is. */
  close(): void {
    this.closed = true;
    // Every attempt comes by here, and an abort costs a tenth of a short one: only where somebody listens.
    if (this.met) this.handlerEnded.abort();
  }

  private async windUp(): Promise<void> {
    const { journal, clock, log, onShown } = this.parts;
    // Whatever is remembered is handed on in microtasks; a turn later the handler has begun what comes next.
    await new Promise((resolve) => setImmediate(resolve));
    if (journal.unasked.length > 0) await pause(clock, GRACE_MS, this.handlerEnded.signal);
    if (this.handlerEnded.signal.aborted) return;
    if (journal.unasked.length > 0) {
      log.warn('Steps were completed that the handler does not come by again; what undoes them may be missing.', {
        steps: journal.unasked.map(({ name }) => name),
      });
    }
    onShown();
  }
}
