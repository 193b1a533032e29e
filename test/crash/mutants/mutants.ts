import type { Rewrite } from '@holdfast/testkit';
import type { PromiseName } from '../checker/violation.js';
import * as scenes from './scenes.js';
import type { Workshop } from './workshop.js';

/** The product with one line of its SQL wrong, what shows it, and the promises that the checker must find broken. */
export interface Mutant {
  readonly what: string;
  readonly rewrites: readonly Rewrite[];
  readonly scene: (workshop: Workshop) => Promise<void>;
  readonly breaks: readonly PromiseName[];
}

const FENCE = 'o.fence = a.fence';
const NO_FENCE = 'a.fence = a.fence';

export const MUTANTS: readonly Mutant[] = [
  mutant('finish without the fence', scenes.lateFinish, ['I4'], ['finish', FENCE, NO_FENCE]),
  mutant('requeue without the fence', scenes.lateRetry, ['I4'], ['requeue', FENCE, NO_FENCE]),
  mutant('a checkpoint without the fence', scenes.lateStep, ['I4', 'I5'], ['record-step', FENCE, NO_FENCE]),
  // Its checkpoint would still refuse the transaction in the end: only the line shows that this guard is gone.
  mutant('a transaction without the fence', scenes.lateTransaction, ['I4'], ['lock-held', 'o.fence = $4', '$4 = $4']),
  mutant(
    'a claim that does not raise the fence',
    scenes.lateFinish,
    ['I3', 'I4'],
    // From the beginning of the queue or onward: whichever the worker is at.
    [null, 'o.fence + 1', 'greatest(o.fence, 1)'],
  ),
  mutant(
    'a checkpoint that does not lock the operation',
    scenes.slowStep,
    ['I4', 'I5'],
    ['record-step', 'for share of o', ''],
  ),
  mutant('finish without the status', scenes.lateForDeadline, ['I3', 'I6'], ['finish', 'o.status = $', "'' <> $"]),
  mutant(
    'create without the unique key',
    scenes.sameKeyTwice,
    ['I1'],
    ['create', 'do nothing', 'do update set operation_id = excluded.operation_id'],
  ),
  mutant(
    'an erasure that forgets the key',
    scenes.sameKeyAfterErasure,
    ['I1'],
    [
      'purge',
      'update holdfast.idempotency_keys k\n     set final_status = e.status, purged_at = now()\n    from erased e',
      'delete from holdfast.idempotency_keys k\n   using erased e',
    ],
  ),
  // The store compares once more what it has read: both must be wrong.
  mutant(
    'a read without the tenant',
    scenes.foreignRead,
    ['I8'],
    ['find', 'o.tenant = any (array[a.tenant])', 'true'],
    ['find', 'o.id, o.tenant', 'o.id, a.tenant'],
  ),
  mutant(
    'a create that runs an erased key again',
    scenes.sameKeyAfterErasure,
    ['I1', 'erase'],
    [
      'create',
      'do nothing',
      `do update set operation_id = excluded.operation_id, purged_at = null, final_status = null
         where idempotency_keys.purged_at is not null`,
    ],
  ),
  mutant(
    'a read that does not look at the tombstone',
    scenes.lookedForAfterErasure,
    ['I7', 'erase'],
    ['find-tombstone', 'x.tenant = $3', 'x.tenant = $3 and false'],
  ),
  mutant(
    'a cancel that is not written down',
    scenes.canceledWithLease,
    ['cancel'],
    ['cancel', 'cancel_requested_at = now()', 'cancel_requested_at = null'],
  ),
  mutant(
    'a retry that forgets the cancel',
    scenes.canceledBeforeRetry,
    ['cancel'],
    ...everywhere(4, ['requeue', 'o.cancel_requested_at is null or o.compensates', 'true']),
  ),
  mutant(
    'a lost lease that forgets the cancel',
    scenes.canceledWithLease,
    ['cancel'],
    // It is planned anew each time, and so has no name.
    ...everywhere(6, [null, 'o.cancel_requested_at is not null and not o.compensates', 'false']),
  ),
  mutant(
    'a lost lease that gives the work up',
    scenes.lostLease,
    ['end'],
    ...everywhere(3, [null, 'o.lost + 1 >= o.max_lost', 'true']),
    ...everywhere(3, [null, 'o.lost + 1 < o.max_lost', 'false']),
  ),
  mutant(
    'a lost lease that cancels the work',
    scenes.lostLease,
    ['end'],
    ...everywhere(6, [null, 'o.cancel_requested_at is not null and not o.compensates', 'true']),
  ),
  mutant(
    'a signal that is forgotten to have been given out',
    scenes.twoSignals,
    ['signal'],
    ['load-steps', 's.signal_sequence', 'null::integer as signal_sequence'],
  ),
  mutant(
    'a signal without its key',
    scenes.sameSignalTwice,
    ['signal'],
    ['send-signal', 't.pokes + 1, $4, $5,', `t.pokes + 1, $4, $5 || '-' || t.pokes,`],
  ),
  // The unique index would still refuse the second record of the key.
  mutant(
    'a resume without its key',
    scenes.sameResumeTwice,
    ['resume'],
    ['resume', 'r.key = $12::text', 'false'],
    ['resume', 'r.version, $12::text', `r.version, $12::text || '-' || r.version`],
  ),
];

type Change = readonly [statement: string | null, from: string, to: string];

/** A change of each of so many places, of which every rewrite takes the first that is left. */
function everywhere(places: number, change: Change): Change[] {
  return Array.from({ length: places }, () => change);
}

function mutant(
  what: string,
  scene: Mutant['scene'],
  breaks: readonly PromiseName[],
  ...changes: readonly Change[]
): Mutant {
  return { what, scene, breaks, rewrites: changes.map(([statement, from, to]) => ({ statement, from, to })) };
}
