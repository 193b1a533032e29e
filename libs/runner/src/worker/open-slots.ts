import { type ClaimedOperation, laneOf, type NewOperation, type Reservation, type Slots } from '@holdfast/kernel';
import type { Lease } from './lease.js';

export interface OpenSlotsParts {
  readonly lanes: readonly string[];
  /** How many more operations can be taken now. */
  readonly free: () => number;
  /** The lease to take them under; null while there is none. */
  readonly lease: () => Lease | null;
  /** True while operations may wait in the queue that have not been claimed: they come first. */
  readonly queued: () => boolean;
  readonly take: (claimed: ClaimedOperation, lease: Lease, batch: number) => void;
  /** Called when a reservation is over. */
  readonly onSettled: () => void;
}

/** The slots of a worker that operations may be created into, past a queue in which nothing waits. */
export class OpenSlots implements Slots {
  private readonly lanes: ReadonlySet<string>;
  private count = 0;

  constructor(private readonly parts: OpenSlotsParts) {
    this.lanes = new Set(parts.lanes);
  }

  /** Slots that are neither free nor taken yet. */
  get reserved(): number {
    return this.count;
  }

  reserve(operations: readonly NewOperation[]): Reservation | null {
    const lease = this.parts.lease();
    let free = lease === null || this.parts.queued() ? 0 : this.parts.free();
    const seats = operations.map(({ type, typeVersion = null }) => {
      const fits = free > 0 && this.lanes.has(laneOf(type, typeVersion));
      if (fits) free -= 1;
      return fits;
    });
    const taken = seats.filter(Boolean).length;
    return lease === null || taken === 0 ? null : this.reservation(lease, seats, taken);
  }

  private reservation(lease: Lease, seats: readonly boolean[], count: number): Reservation {
    const batch = lease.batches.next();
    this.count += count;
    return {
      workerId: lease.workerId,
      batch,
      seats,
      take: (claimed) => {
        lease.batches.claimed(batch, claimed.length);
        // A turn later, because a handler that computes for long would hold up the answers to those who created.
        setImmediate(() => {
          this.count -= count;
          for (const operation of claimed) this.parts.take(operation, lease, batch);
          this.parts.onSettled();
        });
      },
      doubt: () => {
        this.count -= count;
        lease.doubt();
        this.parts.onSettled();
      },
    };
  }
}
