import type { NewOperation } from '../operation/new-operation.js';
import type { ClaimedOperation } from '../operation/settlement.js';

/**
 * Free slots of a worker in this process. An operation that is due at once and finds one is created and claimed in one
 * statement: it never enters the queue, and its handler begins a whole round trip sooner.
 */
export interface Slots {
  /** Slots for those of these operations that may be run here at once; null when nothing may. */
  reserve(operations: readonly NewOperation[]): Reservation | null;
}

/** Slots that are kept for one statement. Whatever comes of it, one of the two ends is told. */
export interface Reservation {
  readonly workerId: string;
  /** Number of the record of what the worker holds, as in a claim. */
  readonly batch: number;
  /** For each of the operations, whether there is a slot for it. */
  readonly seats: readonly boolean[];
  /** These were created and claimed; the other slots are free again. */
  take(claimed: readonly ClaimedOperation[]): void;
  /** The answer was lost: operations may be running under this worker that nobody here knows of. */
  doubt(): void;
}
