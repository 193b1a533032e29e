import type { Clock } from '@holdfast/kernel';

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  private now = 1_000;
  private last = 0;
  private readonly timers = new Map<number, { readonly at: number; readonly ring: () => void }>();

  wallMs(): number {
    return 1_800_000_000_000 + this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  after(ms: number, ring: () => void): () => void {
    this.last += 1;
    const id = this.last;
    this.timers.set(id, { at: this.now + Math.max(0, ms), ring });
    return () => void this.timers.delete(id);
  }

  /** Timers that have not rung yet. */
  get pending(): number {
    return this.timers.size;
  }

  /** Ms until the next timer rings; null when there is none. */
  get nextInMs(): number | null {
    const [first] = [...this.timers.values()].map((timer) => timer.at).sort((one, other) => one - other);
    return first === undefined ? null : first - this.now;
  }

  /** Moves on, ringing what is due on the way and letting everything that follows from it happen. */
  async move(ms: number): Promise<void> {
    const target = this.now + ms;
    for (let next = this.nextInMs; next !== null && this.now + next <= target; next = this.nextInMs) {
      this.now += next;
      this.ringDue();
      await settled();
    }
    this.now = target;
    await settled();
  }

  private ringDue(): void {
    for (const [id, timer] of this.timers) {
      if (timer.at > this.now || !this.timers.delete(id)) continue;
      timer.ring();
    }
  }
}

/** Lets promises and immediates that follow from what has happened run out. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
}
