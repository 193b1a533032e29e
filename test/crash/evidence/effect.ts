import { uuidBehind } from '@holdfast/testkit';
import { readJournal } from './journal.js';

/** A line of the ledger that the handlers keep, in the order in which things happened in all processes. */
export interface Effect {
  /**
   * An attempt began, a step's function started, the handler was told that a step is done, or it was given a signal or
   * the winner of a race.
   */
  readonly word: 'began' | 'started' | 'acknowledged' | 'given';
  readonly uuid: string;
  readonly attempt: number;
  readonly step: string | null;
  /** Different for every execution; of what was given, the signal's key or the winner. */
  readonly token: string | null;
}

export function readEffects(path: string): Effect[] {
  return readJournal<Omit<Effect, 'uuid'> & { operation: string }>(path).map(({ operation, ...effect }) => ({
    ...effect,
    uuid: uuidBehind(operation),
  }));
}
