import type { WaitingReason } from '@holdfast/kernel';

/** Something a handler waits for that needs no worker. */
export interface Wait {
  readonly reason: Extract<WaitingReason, 'timer' | 'signal' | 'child'>;
  readonly name: string;
  /** Ms until it is over in any case; null when only an event ends it. */
  readonly dueInMs: number | null;
  /** The count of pokes when it was looked at; null when no poke can end it. */
  readonly pokes: number | null;
}

/** Where a handler stands when all it does is wait: what its operation is put to sleep with. */
export interface Suspension {
  readonly waiting: { readonly reason: WaitingReason; readonly name: string };
  readonly delayMs: number | null;
  readonly pokes?: number;
}

/**
 * Notices when a handler has nothing left to do but wait. It counts what runs and what waits; when nothing runs, the
 * handler is given the chance to begin something else, and if it does not, it is suspended: its slot is free, and it is
 * run again from the top, past its completed steps, when the wait is over.
 */
export class Activity {
  private readonly waits = new Set<Wait>();
  private running = 0;
  private looking = false;
  private ended = false;
  private asleep = false;
  private suspend: ((suspension: Suspension) => void) | null = null;

  /** Resolves when the handler should be put to sleep; never when it comes to an end by itself. */
  readonly suspended = new Promise<Suspension>((resolve) => {
    this.suspend = resolve;
  });

  constructor(private readonly signal: AbortSignal) {}

  /** Runs something that keeps the handler awake. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    // A handler that was put to sleep is run again from the top; what this run of it still begins comes to nothing.
    if (this.asleep) return new Promise<never>(() => undefined);
    if (this.ended) throw new TypeError('the handler has ended, and nothing more of it is remembered');
    this.running += 1;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.look();
    }
  }

  /** Waits; never resolves, because the operation sleeps through the end of it. Rejects when the handler must stop. */
  wait(wait: Wait): Promise<never> {
    return new Promise((_, reject) => {
      if (this.signal.aborted) {
        reject(this.signal.reason as Error);
        return;
      }
      this.waits.add(wait);
      const stop = () => {
        this.waits.delete(wait);
        reject(this.signal.reason as Error);
      };
      this.signal.addEventListener('abort', stop, { once: true });
      this.look();
    });
  }

  /** The handler has ended: nothing it left behind is waited for. */
  end(): void {
    this.ended = true;
  }

  private look(): void {
    if (this.looking || this.running > 0 || this.waits.size === 0) return;
    this.looking = true;
    // What a step has just returned is handed on in microtasks; a turn later the handler has begun what comes next.
    setImmediate(() => {
      this.looking = false;
      if (this.ended || this.running > 0 || this.waits.size === 0 || this.signal.aborted) return;
      this.ended = true;
      this.asleep = true;
      this.suspend?.(suspensionOf([...this.waits]));
    });
  }
}

function suspensionOf(waits: readonly Wait[]): Suspension {
  const events = waits.filter((wait) => wait.pokes !== null);
  const dues = waits.flatMap((wait) => wait.dueInMs ?? []);
  const { reason, name } = (events[0] ?? waits[0]) as Wait;
  return {
    waiting: { reason, name },
    delayMs: dues.length > 0 ? Math.max(0, Math.min(...dues)) : null,
    ...(events.length > 0 ? { pokes: Math.min(...events.map((wait) => wait.pokes as number)) } : {}),
  };
}
