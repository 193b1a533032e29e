import { AsyncLocalStorage } from 'node:async_hooks';
import type { StepId } from '@holdfast/kernel';
import { never, type Waiter } from './activity.js';
import type { StepParts } from './run-step.js';

/** A signal that a branch was given and that nobody has stored yet as given out. */
export interface HeldSignal {
  readonly sequence: number;
  /** Stores that it was given out. */
  readonly store: () => Promise<void>;
  /** Gives it back: it was not given out after all. */
  readonly release: () => void;
}

const current = new AsyncLocalStorage<Branch | null>();

/** The branch whose code runs now; null outside of races. */
export function currentBranch(): Branch | null {
  return current.getStore() ?? null;
}

/** Runs a handler outside of all branches: it may have been claimed by what a branch of another handler has set off. */
export function outsideOfRaces<Result>(work: () => Result): Result {
  // Hardly any is, and a run in a context of its own has its price.
  return currentBranch() === null ? work() : current.run(null, work);
}

/** The race whose branches these are, as much as they have to know of it. */
export interface Contest {
  /** Aborts when the race is over. */
  readonly over: AbortSignal;
  readonly waiter: Waiter;
  /** The durable calls its branches have begun. */
  readonly begun: StepId[];
}

/**
 * One branch of a race. Once another one has won, nothing comes of it: its durable calls never settle, its waits are
 * withdrawn, the signal it was given is given back, and the step it is in is told to stop.
 */
export class Branch {
  private held: HeldSignal | null = null;
  private readonly over: AbortSignal;
  private readonly outer = currentBranch();

  constructor(private readonly contest: Contest) {
    this.over = this.outer ? AbortSignal.any([this.outer.over, contest.over]) : contest.over;
    this.over.addEventListener('abort', () => this.takeSignal()?.release(), { once: true });
  }

  /** Runs the code of the branch. */
  run<Result>(work: () => Result): Result {
    return current.run(this, work);
  }

  /** What a durable call of this branch comes to; never, once another one has won. */
  async outcome<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.over.aborted) return never();
    try {
      const result = await call();
      return this.over.aborted ? await never() : result;
    } catch (error) {
      if (this.over.aborted) return never();
      throw error;
    }
  }

  /** Notes a durable call, so that nobody else gets its ordinal when the race is only remembered. */
  note(call: StepId): void {
    this.contest.begun.push(call);
    this.outer?.note(call);
  }

  /** What is different for a durable call of this branch: it stops and waits only as long as the branch has not lost. */
  partsOf(
    { activity, onNew }: Pick<StepParts, 'activity' | 'onNew'>,
    own: Waiter,
  ): Pick<StepParts, 'activity' | 'signal' | 'waiter' | 'onNew'> {
    const { contest, over } = this;
    return {
      activity: {
        // A call that was under way when its branch lost goes no further: nothing of it is written after the win.
        run: (work) => (over.aborted ? never() : activity.run(work)),
        wait: (wait, waiter) => activity.wait(wait, waiter),
        distrust: (name) => activity.distrust(name),
      },
      signal: AbortSignal.any([own.signal, over]),
      waiter: {
        signal: own.signal,
        withdrawn: over,
        get awaited() {
          return own.awaited && contest.waiter.awaited;
        },
      },
      onNew: async () => {
        await onNew();
        await this.goOn();
      },
    };
  }

  /**
   * Keeps a signal in the hand: it is stored together with the win, so that a branch which loses at the same moment has
   * not used up anything.
   */
  async hold(signal: HeldSignal): Promise<void> {
    await this.goOn();
    if (this.over.aborted) signal.release();
    else this.held = signal;
  }

  /** The branch goes on after its signal: the signal is given out for good, whoever wins. */
  async goOn(): Promise<void> {
    await this.outer?.goOn();
    await this.takeSignal()?.store();
  }

  /** The signal that the branch still holds, which is now the caller's to store or to give back. */
  takeSignal(): HeldSignal | null {
    const { held } = this;
    this.held = null;
    return held;
  }
}
