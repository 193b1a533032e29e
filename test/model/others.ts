import type { Step } from './checker.js';
import type { Wrong } from './mutants.js';
import { BOUNDS, label, type Label, type State } from './state.js';

type Next = Step<State, Label>;

const isOver = ({ status }: State) => status !== 'pending' && status !== 'running';

/** Time passes for leases, heartbeats come late or never, and sweeps declare workers lost. */
export function leaseSteps(state: State): Next[] {
  return state.leases.flatMap((lease, index): Next[] => {
    const become = (changed: typeof lease): State => ({ ...state, leases: state.leases.with(index, changed) });
    if (lease === 'live') return [{ label: label('time', `ends lease ${index}`), after: become('over') }];
    if (lease === 'lost') return [];
    return [
      { label: label(`lease ${index}`, 'is renewed', { sql: 'renew-worker' }), after: become('live') },
      { label: label('sweep', `declares lease ${index} lost`, { sql: 'lose-workers' }), after: become('lost') },
    ];
  });
}

/**
 * The sweep looks at records of lost workers, locks what it takes and skips what is locked; a record of something skipped
 * stays for the next one.
 */
export function sweepSteps(state: State, wrong: Wrong): Next[] {
  const found = state.records.filter((number) => state.leases[leaseOf(state, number)] === 'lost');
  if (state.sweeping) return takesBack(state, found);
  if (found.length === 0) return [];
  const what = label('sweep', 'looks at records', { sql: 'lose-operations' });
  const dropped = { ...state, records: without(state, found) };
  const isHeld = found.some((number) => isHeldBy(state, number, wrong));
  if (!isHeld) return [{ label: { ...what, what: 'drops records' }, after: dropped }];
  if (wrong === 'sweepTakesNoLock') return [{ label: what, after: { ...state, sweeping: true } }];
  if (state.lock === null) return [{ label: what, after: { ...state, sweeping: true, lock: 'sweep' } }];
  return wrong === 'sweepForgetsLocked' ? [{ label: { ...what, what: 'skips it' }, after: dropped }] : [];
}

function leaseOf({ attempts }: State, number: number): number {
  return attempts[number - 1]?.lease ?? -1;
}

function isHeldBy(state: State, number: number, wrong: Wrong): boolean {
  return state.status === 'running' && (wrong === 'sweepTrustsRecord' || state.owner === leaseOf(state, number));
}

/** What it saw is still true when it has the lock; without one it writes all the same, after whoever has it. */
function takesBack(state: State, found: readonly number[]): Next[] {
  if (typeof state.lock === 'number') return [];
  const what = label('sweep', 'takes the operation back', { sql: 'lose-operations', event: 'lose' });
  const after = { ...lose(state), sweeping: false, lock: null, records: without(state, found) };
  return [{ label: what, after }];
}

function lose(state: State): State {
  const lost = state.lost + 1;
  const status = state.cancelRequested ? 'canceled' : lost >= BOUNDS.maxLost ? 'failed' : 'pending';
  const endedUnder = status === 'pending' ? 0 : state.fence;
  return { ...state, status, lost, owner: null, endedUnder, queued: state.queued + (status === 'pending' ? 1 : 0) };
}

function without({ records }: State, gone: readonly number[]): number[] {
  return records.filter((number) => !gone.includes(number));
}

/** The client cancels, signals and resumes; the deadline passes and the sweep sees it. Each once, at any time. */
export function clientSteps(state: State, wrong: Wrong): Next[] {
  // Updates of the row wait while somebody holds its lock, which is the same as coming later.
  if (state.lock !== null) return [];
  return [...cancels(state, wrong), ...signals(state, wrong), ...resumes(state, wrong), ...expires(state, wrong)];
}

function cancels(state: State, wrong: Wrong): Next[] {
  if (state.cancelRequested || isOver(state)) return [];
  const what = label('client', 'cancels', { sql: 'cancel', event: 'cancel' });
  const ends = state.status === 'pending' || wrong === 'cancelEndsRunning';
  const ended = { status: 'canceled', waiting: false, owner: null, endedUnder: state.fence } as const;
  return [{ label: what, after: { ...state, cancelRequested: true, ...(ends ? ended : {}) } }];
}

function signals(state: State, wrong: Wrong): Next[] {
  if (state.signaled || isOver(state)) return [];
  const wakes = state.waiting && wrong !== 'signalWakesNobody';
  const after = { ...state, signaled: true, ...(wakes ? { waiting: false, queued: state.queued + 1 } : {}) };
  return [{ label: label('client', 'sends the signal', { sql: 'send-signal' }), after }];
}

function resumes(state: State, wrong: Wrong): Next[] {
  if (state.resumed || !(state.status === 'failed' || (wrong === 'resumeIgnoresStatus' && isOver(state)))) return [];
  const queued = state.queued + 1;
  const again = { status: 'pending', lost: 0, endedUnder: 0, cancelRequested: false, queued } as const;
  const what = label('client', 'resumes', { sql: 'resume', event: 'resume' });
  return [{ label: what, after: { ...state, ...again, resumed: true, deadlinePassed: true } }];
}

function expires(state: State, wrong: Wrong): Next[] {
  if (state.deadlinePassed || (isOver(state) && wrong !== 'expireIgnoresStatus')) return [];
  const what = label('sweep', 'ends what is overdue', { sql: 'expire-operations', event: 'expire' });
  const ended = { status: 'failed', waiting: false, owner: null, endedUnder: state.fence } as const;
  return [{ label: what, after: { ...state, ...ended, deadlinePassed: true } }];
}
