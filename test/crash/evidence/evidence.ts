import type { Effect } from './effect.js';
import type { Exchange } from './exchange.js';
import type { Snapshot } from './snapshot.js';

/** A write of a worker that reached the database after another one had taken over all it writes for. */
export interface StaleWrite {
  readonly statement: string;
  /** Rows it took effect on; null when it was answered with an error or not at all. */
  readonly rows: number | null;
}

/** A process that was asked to end. */
export interface Drain {
  readonly role: string;
  readonly exit: number | string | null;
}

/** Everything that was seen of a run, from outside and at its end from inside: all the checker knows. */
export interface Evidence {
  /** By the database's clock, before the first operation. */
  readonly beganAt: Date;
  readonly history: readonly Exchange[];
  readonly effects: readonly Effect[];
  readonly staleWrites: readonly StaleWrite[];
  readonly drains: readonly Drain[];
  readonly snapshot: Snapshot;
}
