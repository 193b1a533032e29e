/**
 * Hands out the numbers of operations, so many for each fault: however slow the machine, every fault finds fresh work
 * under way, and no time decides when a run is over.
 */
export class Feed {
  private next = 0;
  private allowed = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly total: number) {}

  /** Allows the operations up to this part of all, from 0 to 1. */
  allow(part: number): void {
    this.allowed = Math.max(this.allowed, Math.min(this.total, Math.ceil(this.total * part)));
    for (const wake of this.waiting.splice(0)) wake();
  }

  /** The next number; null when there are no more. */
  async take(): Promise<number | null> {
    for (;;) {
      if (this.next >= this.total) return null;
      if (this.next < this.allowed) return this.next++;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}
