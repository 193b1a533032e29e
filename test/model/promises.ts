import { edgesFor, type Guard } from '@holdfast/kernel';
import type { Step } from './checker.js';
import type { Label, State } from './state.js';

/** What must hold before an edge is taken. The fence is a promise of its own. */
const GUARDS: Readonly<Record<Guard, (before: State) => boolean>> = {
  due: ({ queued }) => queued > 0,
  fence: () => true,
  'lease-expired': ({ owner, leases }) => owner !== null && leases[owner] === 'lost',
  'cancel-requested': ({ cancelRequested }) => cancelRequested,
  'deadline-passed': () => true,
  'explicit-request': () => true,
};

/**
 * The step takes effect once more after its checkpoint was acknowledged. A worker that stood still after it had read its
 * steps may do that, whatever the protocol: nobody can take back what it is about to do outside. Its own clock stops it
 * long before, and nothing of it is recorded; the holder of the operation never does it.
 */
export function repeatsTheStep({ step }: State, { label: { effectOf } }: Step<State, Label>): boolean {
  return effectOf !== null && step === 'acknowledged';
}

/**
 * The invariants of the contract that the protocol is for, and two without which an operation would be forgotten. Each is
 * asked of every step between two states: true when the step breaks it.
 */
export const PROMISES = {
  'I3: only edges of the lifecycle table': (before, { label: { event }, after }) =>
    event === null
      ? after.status !== before.status
      : !edgesFor(before.status, event).some(({ to, guard }) => to === after.status && GUARDS[guard](before)),

  'I4: a worker whose lease was lost commits nothing': ({ status, attempts }, { label: { commitOf } }) =>
    commitOf !== null && !(status === 'running' && commitOf === attempts.length),

  'I5: a step whose commit was acknowledged is never executed again': (before, step) =>
    repeatsTheStep(before, step) && step.label.effectOf === before.attempts.length,

  'I6: an end never changes, a failed one only by resume': (before, { label: { event }, after }) => {
    if (before.status === 'pending' || before.status === 'running') return false;
    if (before.status === 'failed' && event === 'resume') return false;
    return after.status !== before.status || after.endedUnder !== before.endedUnder;
  },

  'what runs can be found when its worker dies': (_, { after }) =>
    after.status === 'running' && !after.records.includes(after.attempts.length),

  'what is pending is due, or waits for something that has not come': (_, { after }) =>
    after.status === 'pending' && (after.waiting ? after.signaled : after.queued === 0),
} as const satisfies Record<string, (before: State, step: Step<State, Label>) => boolean>;

export type PromiseName = keyof typeof PROMISES;
export const PROMISE_NAMES = Object.keys(PROMISES) as PromiseName[];
