/**
 * Hands out the numbers of operations, so many for each fault: however slow the machine, every fault finds fresh work
 * under way, and no time decides when a run is over.
 */
export class Feed {
  private next = 0;
  private allowed = 0;
  private extra = 0;
  private closed = false;
  private waiting: (() => void)[] = [];

  /** `least`: as many are handed out in any case. */
  constructor(private readonly least: number) {}

  /** Allows the operations up to this part of the least, from 0 to 1. */
  allow(part: number): void {
    this.allowed = Math.max(this.allowed, Math.ceil(this.least * part) + this.extra);
    this.wake();
  }

  /** Allows so many more, for a fault that found nothing under way. */
  allowMore(operations: number): void {
    this.extra += operations;
    this.allowed += operations;
    this.wake();
  }

  /** Nothing more will be allowed than the least. */
  close(): void {
    this.closed = true;
    this.allow(1);
  }

  /** The next number; null when there are no more. */
  async take(): Promise<number | null> {
    for (;;) {
      if (this.next < this.allowed) return this.next++;
      if (this.closed) return null;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) wake();
  }
}
