import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Effect, readEffects } from './effect.js';
import type { Exchange } from './exchange.js';
import { readHistory } from './history.js';
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

/** What is known only when a run is over. */
export interface Closing {
  /** By the database's clock, before the first operation. */
  readonly beganAt: Date;
  readonly staleWrites: readonly StaleWrite[];
  readonly drains: readonly Drain[];
  readonly snapshot: Snapshot;
}

/** Everything that was seen of a run, from outside and at its end from inside: all the checker knows. */
export interface Evidence extends Closing {
  readonly history: readonly Exchange[];
  readonly effects: readonly Effect[];
}

/** Where each part of the evidence lies in its folder. */
export const PARTS = { history: 'history', ledger: 'ledger', faults: 'faults', closing: 'closing.json' } as const;

/** Members of the closing part that are points in time. */
const TIME = /^(now|beganAt|\w+_at)$/;

export function writeClosing(folder: string, closing: Closing): void {
  writeFileSync(join(folder, PARTS.closing), JSON.stringify(closing));
}

/** The evidence as it lies in a folder: the verdict of a run is that of whoever judges its folder once more. */
export function readEvidence(folder: string): Evidence {
  const closing = JSON.parse(readFileSync(join(folder, PARTS.closing), 'utf8'), (name, value: unknown) =>
    typeof value === 'string' && TIME.test(name) ? new Date(value) : value,
  ) as Closing;
  return {
    ...closing,
    history: readHistory(join(folder, PARTS.history)),
    effects: readEffects(join(folder, PARTS.ledger)),
  };
}
