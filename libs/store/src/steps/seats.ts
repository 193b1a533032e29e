/**
 * At most so many at once; the others wait their turn. Transactions of handlers hold a connection for as long as the
 * handler likes, and must never hold them all: heartbeats, claims and every other caller need some.
 */
export class Seats {
  private readonly waiting: (() => void)[] = [];
  private taken = 0;

  constructor(private readonly count: number) {}

  async seated<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.taken >= this.count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken += 1;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The seat is handed on, so nobody who comes in between can take it.
      if (next) next();
      else this.taken -= 1;
    }
  }
}
