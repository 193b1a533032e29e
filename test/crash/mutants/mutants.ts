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
    ['claim', 'o.fence + 1', 'greatest(o.fence, 1)'],
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
    ['find', 'o.tenant = a.tenant', 'a.tenant = a.tenant'],
    ['find', 'o.id, o.tenant', 'o.id, a.tenant'],
  ),
];

function mutant(
  what: string,
  scene: Mutant['scene'],
  breaks: readonly PromiseName[],
  ...changes: (readonly [statement: string, from: string, to: string])[]
): Mutant {
  return { what, scene, breaks, rewrites: changes.map(([statement, from, to]) => ({ statement, from, to })) };
}
