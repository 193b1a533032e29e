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

/** Who has begun a wait: the handler itself, or a branch of a race. */
export interface Waiter {
  /** False as long as the handler has begun the wait and awaits something else. */
  readonly awaited: boolean;
  /** Aborts when the wait is to end without having come to anything: the handler must stop. */
  readonly signal: AbortSignal;
  /** Aborts when nobody is interested any more: another branch of the race has won. */
  readonly withdrawn: AbortSignal | null;
}

/** Where a handler stands when all it does is wait: what its operation is put to sleep with. */
export interface Suspension {
  readonly waiting: { readonly reason: WaitingReason; readonly name: string } | null;
  readonly delayMs: number | null;
  readonly pokes?: number;
}

/**
 * Notices when a handler has nothing left to do but wait. It counts what runs and what is awaited; when nothing runs,
 * the handler is given the chance to begin something else, and if it does not, it is suspended: its slot is free, and it
 * is run again from the top, past its completed steps, when the wait is over.
 *
 * What a handler awaits beside that cannot be seen. So a wait counts from when it is awaited, not from when it begins:
 * one that was begun early does not put the handler to sleep while it awaits a promise of its own.
 */
export class Activity {
  private readonly waits = new Map<Wait, Waiter>();
  private running = 0;
  private looking = false;
  private ended = false;
  private asleep = false;
  private stale = false;

  /** `suspend` is called once, when the handler should be put to sleep; not when it comes to an end by itself. */
  constructor(private readonly suspend: (suspension: Suspension) => void) {}

  /** Runs something that keeps the handler awake. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    // A handler that was put to sleep is run again from the top; what this run of it still begins comes to nothing.
    if (this.asleep) return never();
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
  wait(wait: Wait, waiter: Waiter): Promise<never> {
    const { signal, withdrawn } = waiter;
    if (this.asleep || withdrawn?.aborted) return never();
    return new Promise((_, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      this.waits.set(wait, waiter);
      // The abort of a handler that sleeps is for what it began beside its waits; they are not over.
      const stop = () => {
        if (!this.asleep && this.waits.delete(wait)) reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stop, { once: true });
      withdrawn?.addEventListener('abort', () => this.waits.delete(wait), { once: true });
      this.look();
    });
  }

  /** A signal was given back: should somebody else wait for one of its name, he is run again at once. */
  distrust(name: string): void {
    this.stale ||= this.awaited.some((wait) => wait.reason === 'signal' && wait.name === name);
  }

  /** The handler has ended: nothing it left behind is waited for. */
  end(): void {
    this.ended = true;
  }

  /** Looks whether there is anything left to do but wait; to be called when a wait that has begun is awaited. */
  look(): void {
    if (this.looking || this.busy) return;
    this.looking = true;
    // What a step has just returned is handed on in microtasks; a turn later the handler has begun what comes next.
    setImmediate(() => {
      this.looking = false;
      if (this.ended || this.busy) return;
      this.ended = true;
      this.asleep = true;
      this.suspend(this.stale ? WAKE_AT_ONCE : suspensionOf(this.awaited));
    });
  }

  private get busy(): boolean {
    return this.running > 0 || this.awaited.length === 0;
  }

  private get awaited(): Wait[] {
    return [...this.waits].flatMap(([wait, { awaited, signal, withdrawn }]) =>
      awaited && !signal.aborted && !withdrawn?.aborted ? [wait] : [],
    );
  }
}

const WAKE_AT_ONCE: Suspension = { waiting: null, delayMs: 0 };

/** What somebody awaits who is not to go on. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
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
