import type { Status } from '../lifecycle/status.js';
import type { EndedOperation } from './observer.js';

/** An attempt whose worker is gone, as those know it who take its operation back. */
export interface LostAttempt {
  readonly uuid: string;
  readonly id: string;
  readonly type: string;
  readonly fence: number;
  readonly number: number;
  readonly claimedAt: Date;
  /** What its operation has become. */
  readonly status: Status;
  /** W3C `traceparent` of the operation's creation. */
  readonly traceParent: string | null;
}

/** Ids of what a sweep moved, so that waiting clients and workers can be told. */
export interface Swept {
  readonly requeued: readonly string[];
  readonly ended: readonly string[];
  /** What was lost, when leases were. */
  readonly lost?: readonly LostAttempt[];
  /** What ended, when deadlines had passed. */
  readonly expired?: readonly EndedOperation[];
  /** True when the batch was full: there may be more to do. */
  readonly more: boolean;
}

/** The store's side of the sweeps: bounded batches, decided by database time, safe to run anywhere at once. */
export interface SweepStore {
  /** Declares workers lost whose lease is over; gives the number of workers. */
  loseWorkers(): Promise<number>;
  /** Takes at most `limit` claim records of lost workers and gives back or ends what they held. */
  loseOperations(limit: number): Promise<Swept>;
  /** Fails at most `limit` operations whose deadline has passed. */
  expireOperations(limit: number): Promise<Swept>;
}
