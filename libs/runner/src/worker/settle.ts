import {
  type Clock,
  isRefusal,
  type Log,
  pause,
  type Settlement,
  type SettlementRequest,
  type WorkerStore,
} from '@holdfast/kernel';
import { resultInvalid } from '../attempt/result-text.js';
import { describeThrown } from '../attempt/thrown-value.js';
import { backoffAfter } from './backoff.js';

export interface SettleParts {
  readonly store: Pick<WorkerStore, 'settle'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Whether the worker still has the right to write for the operation. */
  readonly mayWrite: () => boolean;
}

/**
 * `written`: the settlement that was stored, which is not always the one asked for. `not-ours`: the operation does not
 * run under this fence any more. `unknown`: nobody answered for as long as we had the right to ask.
 */
export type SettleOutcome =
  | { readonly kind: 'written'; readonly settlement: Settlement }
  | { readonly kind: 'not-ours' }
  | { readonly kind: 'unknown' };

/**
 * How often a store that is there may reject the same settlement before another is tried, or none. With the pauses in
 * between it takes longer than any lock on the row is held, so that what is only blocked is not taken for impossible.
 */
const REJECTIONS_MAX = 10;

/**
 * Writes the end of an attempt, again and again while the database is away: the fence makes the repetition safe. A store
 * that answers but cannot take a result – for a reason that only it knows – would make the work be done once more for
 * each lost lease, so the operation fails instead. Never rejects.
 */
export async function settle(request: SettlementRequest, parts: SettleParts): Promise<SettleOutcome> {
  const { store, clock, random, log, mayWrite } = parts;
  let asked = request;
  let rejections = 0;
  for (let failures = 0; mayWrite();) {
    try {
      if (await store.settle(asked)) return { kind: 'written', settlement: asked.settlement };
      // After a lost answer this is most likely our own write: either way there is nothing left to do.
      if (failures === 0) log.warn('The operation was taken away before its end could be written.');
      return failures === 0 ? { kind: 'not-ours' } : { kind: 'written', settlement: asked.settlement };
    } catch (error) {
      failures += 1;
      if (failures === 1) log.warn('The end of an attempt is not written yet.', { error: describeThrown(error) });
      // A refusal – no database, no room – says nothing about this settlement.
      if (!isRefusal(error)) rejections += 1;
    }
    if (rejections >= REJECTIONS_MAX) {
      if (asked !== request || request.settlement.event !== 'succeed') break;
      asked = { ...request, settlement: { event: 'fail', error: resultInvalid('The result could not be stored.') } };
      rejections = 0;
    }
    await pause(clock, backoffAfter(failures, random));
  }
  return { kind: 'unknown' };
}
