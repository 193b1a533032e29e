import type { LifecycleEvent, Status } from '@holdfast/kernel';

/** How often things may happen: what bounds the model. The second claim makes the worker of the first one a stale one. */
export const BOUNDS = { claims: 2, leases: 2, maxLost: 2 } as const;

/** Over: past its time by the database's clock. Lost: declared so, for ever. */
export type LeaseState = 'live' | 'over' | 'lost';

/** Writes of a worker: the event it means, or the checkpoint of its step. */
export type Write = 'checkpoint' | 'succeed' | 'fail' | 'retry' | 'suspend' | 'yield-canceled';

/**
 * What a worker does for one claim. It goes on for as long as it likes, whatever has become of its lease: a worker never
 * knows that it is stale. One that stands still for ever has crashed.
 */
export interface Attempt {
  readonly lease: number;
  /** `load` what is remembered, `execute` the step, `record` it, `listen` for the signal, `settle`, `done`. */
  readonly phase: 'load' | 'execute' | 'record' | 'listen' | 'settle' | 'done';
  /** Has it seen the signal? */
  readonly heard: boolean;
  /** The statement it has sent and that has not committed yet; its guard held when the statement looked. */
  readonly writing: Write | null;
}

/** One operation with one step and one signal, its queue row, its claim records, and everybody who acts on it. */
export interface State {
  readonly status: Status;
  readonly fence: number;
  readonly owner: number | null;
  readonly lost: number;
  readonly cancelRequested: boolean;
  readonly deadlinePassed: boolean;
  readonly resumed: boolean;
  readonly waiting: boolean;
  readonly signaled: boolean;
  /** Rows in the queue; one of an operation that has moved on stays until a claim drops it. */
  readonly queued: number;
  /** The checkpoint is committed, and whoever wrote it knows. */
  readonly step: 'none' | 'committed' | 'acknowledged';
  /** Fence under which it ended; 0 while it has not. */
  readonly endedUnder: number;
  /** The sweep has looked and not committed yet. */
  readonly sweeping: boolean;
  /** Who holds the lock on the operation's row: a claim, by its number, `sweep`, or nobody. */
  readonly lock: number | 'sweep' | null;
  /** Claims whose record is there. */
  readonly records: readonly number[];
  readonly leases: readonly LeaseState[];
  /** By number, from 1: the fence of each, as long as claims raise it. */
  readonly attempts: readonly Attempt[];
}

export const INITIAL: State = {
  status: 'pending',
  fence: 0,
  owner: null,
  lost: 0,
  cancelRequested: false,
  deadlinePassed: false,
  resumed: false,
  waiting: false,
  signaled: false,
  queued: 1,
  step: 'none',
  endedUnder: 0,
  sweeping: false,
  lock: null,
  records: [],
  leases: Array.from({ length: BOUNDS.leases }, () => 'live'),
  attempts: [],
};

/** What happens: who does it, by which statement of `libs/store/sql`, and the lifecycle event it causes. */
export interface Label {
  readonly who: string;
  readonly what: string;
  /** Name of the SQL file; null for what happens outside of the database. */
  readonly sql: string | null;
  readonly event: LifecycleEvent | null;
  /** Number of the claim under which a worker commits a write. */
  readonly commitOf: number | null;
  /** Number of the claim under which the step takes effect outside. */
  readonly effectOf: number | null;
}

export function label(who: string, what: string, told: Partial<Label> = {}): Label {
  return { who, what, sql: null, event: null, commitOf: null, effectOf: null, ...told };
}

/** The same for states in which the same things can happen: what a claim that is through had under way tells nothing. */
export function keyOf(state: State): string {
  const { attempts, records, leases, ...row } = state;
  const claims = attempts.map(({ phase, lease, heard, writing }, index) => {
    if (phase === 'done') return records.includes(index + 1) ? lease : '';
    return `${phase}${lease}${writing ?? ''}${phase === 'settle' && heard ? '!' : ''}`;
  });
  return `${Object.values(row).join()}|${leases.join()}|${records.join()}|${claims.join()}`;
}
