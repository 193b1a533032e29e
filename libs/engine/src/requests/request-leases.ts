import { type Clock, isRefusal, pause, type RequestHeld, type RequestStore } from '@holdfast/kernel';

/** How long to wait before an answer that could not be stored is stored again, in ms. */
const AGAIN_MS = 200;

/**
 * Keeps the leases of the requests this process executes: one heartbeat for all of them, which stops when there is
 * none. A process that dies stops renewing, and its requests are somebody else's one lease later.
 */
export class RequestLeases {
  private readonly held = new Set<RequestHeld>();
  private beating = false;

  constructor(
    private readonly store: RequestStore,
    private readonly clock: Clock,
  ) {}

  /** Renews the lease until the function that is returned is called. */
  hold(held: RequestHeld, leaseMs: number): () => void {
    this.held.add(held);
    if (!this.beating) this.beat(leaseMs);
    return () => this.held.delete(held);
  }

  /** Repeats a write while the database is away, for one lease: longer than that, nobody waits for the answer. */
  async persist<Result>(write: () => Promise<Result>, leaseMs: number): Promise<Result> {
    const until = this.clock.monotonicMs() + leaseMs;
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (!isRefusal(error) || this.clock.monotonicMs() >= until) throw error;
        await pause(this.clock, AGAIN_MS);
      }
    }
  }

  private beat(leaseMs: number): void {
    this.beating = this.held.size > 0;
    if (!this.beating) return;
    this.clock.after(leaseMs / 3, () => {
      const renewed = this.held.size > 0 ? this.store.renew([...this.held], leaseMs) : Promise.resolve();
      // A heartbeat that fails is one heartbeat less; the fence of the answer tells whether it was one too many.
      void renewed.catch(() => undefined).finally(() => this.beat(leaseMs));
    });
  }
}
