import type { LifecycleEvent, Status } from '@holdfast/kernel';
import type { Step } from './checker.js';
import type { Wrong } from './mutants.js';
import { type Attempt, BOUNDS, label, type Label, type State, type Write } from './state.js';

type Next = Step<State, Label>;

const SQL: Readonly<Record<Write, string>> = {
  checkpoint: 'record-step',
  succeed: 'finish',
  fail: 'finish',
  'yield-canceled': 'finish',
  retry: 'requeue',
  suspend: 'requeue',
};

/** Everything that workers can do: claim under any lease, also one that is over, and go on with any claim they ever had. */
export function workerSteps(state: State, wrong: Wrong): Next[] {
  return [
    ...state.leases.flatMap((_, lease) => claims(state, lease, wrong)),
    ...state.attempts.flatMap((attempt, index) => attemptSteps(state, attempt, index + 1, wrong)),
  ];
}

function claims(state: State, lease: number, wrong: Wrong): Next[] {
  if (state.queued === 0 || state.lock !== null || state.attempts.length >= BOUNDS.claims) return [];
  const queued = state.queued - 1;
  const what = label(`lease ${lease}`, 'claims', { sql: 'claim', event: 'claim' });
  // The queue row of an operation that has moved on is only deleted.
  if (state.status !== 'pending' && wrong !== 'claimIgnoresStatus') {
    return [{ label: { ...what, what: 'drops a queue row', event: null }, after: { ...state, queued } }];
  }
  const fence = wrong === 'claimKeepsFence' ? Math.max(1, state.fence) : state.fence + 1;
  const attempt: Attempt = { lease, phase: 'load', heard: false, writing: null };
  const attempts = [...state.attempts, attempt];
  const records = [...state.records, attempts.length];
  const after: State = { ...state, status: 'running', waiting: false, queued, fence, owner: lease, records, attempts };
  return [{ label: what, after }];
}

function attemptSteps(state: State, attempt: Attempt, number: number, wrong: Wrong): Next[] {
  const become = (changes: Partial<Attempt>, rest: Partial<State> = {}): State => ({
    ...state,
    ...rest,
    attempts: state.attempts.with(number - 1, { ...attempt, ...changes }),
  });
  const who = `claim ${number}`;
  if (attempt.writing !== null) return commits(state, attempt.writing, number, become, wrong);
  switch (attempt.phase) {
    case 'load': {
      const phase = state.step === 'none' ? 'execute' : 'listen';
      return [{ label: label(who, 'reads its steps', { sql: 'load-steps' }), after: become({ phase }) }];
    }
    case 'execute':
      return [{ label: label(who, 'executes the step', { effectOf: number }), after: become({ phase: 'record' }) }];
    case 'record':
      return sends(state, attempt, number, ['checkpoint'], become, wrong);
    case 'listen': {
      const heard = state.signaled;
      return [
        { label: label(who, 'reads its signals', { sql: 'load-signals' }), after: become({ phase: 'settle', heard }) },
      ];
    }
    case 'settle': {
      const ends: Write[] = ['succeed', 'fail', 'retry', 'yield-canceled'];
      const early = wrong === 'recordForgottenEarly' && state.records.includes(number) ? [forgets(state, number)] : [];
      return [...sends(state, attempt, number, attempt.heard ? ends : [...ends, 'suspend'], become, wrong), ...early];
    }
    case 'done':
      return state.records.includes(number) ? [forgets(state, number)] : [];
  }
}

/** The claim record of a batch that is through goes with the next claim or heartbeat. */
function forgets(state: State, number: number): Next {
  const records = state.records.filter((record) => record !== number);
  return {
    label: label(`claim ${number}`, 'forgets its record', { sql: 'renew-worker' }),
    after: { ...state, records },
  };
}

type Become = (changes: Partial<Attempt>, rest?: Partial<State>) => State;

/**
 * A statement looks, then commits. The right ones take the row's lock as they look, so that what they saw is still true
 * when they commit; a statement that finds the lock taken waits, which is the same as being sent later.
 */
function sends(
  state: State,
  attempt: Attempt,
  number: number,
  writes: readonly Write[],
  become: Become,
  wrong: Wrong,
): Next[] {
  return writes.flatMap((write) => {
    const takesLock = !(write === 'checkpoint' && wrong === 'checkpointTakesNoLock');
    if (takesLock && state.lock !== null) return [];
    if (write === 'yield-canceled' && !state.cancelRequested && wrong !== 'yieldWithoutRequest') return [];
    const what = label(`claim ${number}`, `sends ${write}`, { sql: SQL[write] });
    if (!guard(state, attempt, number, write, wrong)) {
      return [{ label: { ...what, what: `is refused ${write}` }, after: become({ phase: 'done' }) }];
    }
    return [{ label: what, after: become({ writing: write }, takesLock ? { lock: number } : {}) }];
  });
}

/** Status and fence, as every write of a worker compares them; or what a wrong one compares. */
function guard(state: State, { lease }: Attempt, number: number, write: Write, wrong: Wrong): boolean {
  if (wrong === 'leaseTimeForFence') return state.owner === lease && state.leases[lease] === 'live';
  const sql = SQL[write];
  const ignoresFence =
    (wrong === 'finishIgnoresFence' && sql === 'finish') ||
    (wrong === 'requeueIgnoresFence' && sql === 'requeue') ||
    (wrong === 'checkpointIgnoresFence' && sql === 'record-step');
  const ignoresStatus = wrong === 'finishIgnoresStatus' && sql === 'finish';
  const mine = wrong === 'claimKeepsFence' ? 1 : number;
  return (ignoresStatus || state.status === 'running') && (ignoresFence || state.fence === mine);
}

/** The commit, with its answer or without: then the worker sends the same again. */
function commits(state: State, write: Write, number: number, become: Become, wrong: Wrong): Next[] {
  const lock = state.lock === number ? null : state.lock;
  const what = { sql: SQL[write], commitOf: number, event: eventOf(state, write) };
  const written = { ...effectOf(state, write, number, wrong), lock };
  const answered = write === 'checkpoint' ? { step: 'acknowledged' as const } : {};
  const next = write === 'checkpoint' ? 'listen' : 'done';
  return [
    {
      label: label(`claim ${number}`, `commits ${write}`, what),
      after: become({ writing: null, phase: next }, { ...written, ...answered }),
    },
    {
      label: label(`claim ${number}`, `commits ${write} and hears nothing`, what),
      after: become({ writing: null }, written),
    },
  ];
}

/** A worker that gives an operation back whose cancel was asked for meanwhile ends it. */
function eventOf({ cancelRequested }: State, write: Write): LifecycleEvent | null {
  if (write === 'checkpoint') return null;
  return cancelRequested && SQL[write] === 'requeue' ? 'yield-canceled' : write;
}

function effectOf(state: State, write: Write, number: number, wrong: Wrong): Partial<State> {
  if (write === 'checkpoint') return { step: state.step === 'none' ? 'committed' : state.step };
  const free = { owner: null, endedUnder: 0 };
  const ended = (status: Status) => ({ ...free, status, endedUnder: number });
  if (write === 'succeed') return ended('succeeded');
  if (write === 'fail') return ended('failed');
  if (write === 'yield-canceled' || state.cancelRequested) return ended('canceled');
  const missed = state.signaled && wrong !== 'suspendIgnoresPokes';
  const waiting = write === 'suspend' && !missed;
  return { ...free, status: 'pending', waiting, queued: state.queued + (waiting ? 0 : 1) };
}
