import type { Status } from '../lifecycle/status.js';
import type { StepKind } from '../operation/step.js';
import { at, count, type Row, row } from './sentence.js';

/** A reason that says it all by its code. */
type Nothing = Readonly<Record<string, never>>;

interface Until {
  readonly until: Date;
}
interface Wait {
  readonly name: string | null;
  /** When it ends by itself; null for never. */
  readonly until: Date | null;
}
interface Child {
  readonly id: string;
  readonly type: string;
  readonly status: Status;
}
interface Failed {
  readonly errorCode: string;
}

const ending = (until: Date | null) => (until === null ? 'without end' : `until ${at(until)} at the latest`);
const named = (name: string | null) => (name === null ? '' : ` «${name}»`);

/**
 * Why an operation can be where it is: every code an explanation may give, with its meaning and its sentence. Codes are
 * stable; new ones may be added, and clients pass over what they do not know.
 */
const rows = {
  scheduled: row('It was asked to begin later.', ({ until }: Until) => `It was asked to begin at ${at(until)}.`),
  retry_backoff: row(
    'An attempt ended without success, and the delay before the next one is not over.',
    ({ until, attempt, errorCode }: Until & { attempt: number; errorCode: string | null }) =>
      `Attempt ${attempt} is due at ${at(until)}, after a failure${errorCode === null ? '' : ` with ${errorCode}`}.`,
  ),
  waiting_for_timer: row(
    'Its handler sleeps.',
    ({ name, until }: Until & { name: string | null }) => `It sleeps${named(name)} until ${at(until)}.`,
  ),
  waiting_for_signal: row(
    'Its handler waits for a signal that has not come.',
    ({ name, until }: Wait) => `It waits for the signal${named(name)}, ${ending(until)}.`,
  ),
  waiting_for_child: row(
    'Its handler called another operation and waits for its end.',
    ({ name, until, child }: Wait & { child: Child | null }) =>
      `It waits for the operation it called as${named(name)}, ${ending(until)}` +
      `${child === null ? '' : `: ${child.id} is ${child.status}`}.`,
  ),
  deadline_over: row(
    'Its deadline is over, and the next sweep ends it.',
    ({ deadline }: { deadline: Date }) => `Its deadline was ${at(deadline)}; the next sweep ends it.`,
  ),
  deadline_ahead: row(
    'It has a deadline that is still to come, and fails if it has not ended by then.',
    ({ deadline }: { deadline: Date }) => `It fails if it has not ended by its deadline, ${at(deadline)}.`,
  ),
  no_worker: row<Nothing>('It is due, and no worker is alive.', () => 'It is due, and no worker is alive.'),
  no_worker_for_type: row(
    'It is due, and no living worker knows its type.',
    ({ type, workers }: { type: string; workers: number }) =>
      `It is due, and none of the ${count(workers, 'living worker')} knows the type ${type}.`,
  ),
  no_worker_for_version: row(
    'It is due, and the living workers know its type only in other versions.',
    ({ type, version, known }: { type: string; version: string | null; known: readonly (string | null)[] }) =>
      `It is due, and no living worker knows the type ${type} ${inVersion(version)}; ` +
      `known: ${known.map(inVersion).join(', ')}.`,
  ),
  slots_busy: row(
    'It is due, and every slot of the workers that know it is taken.',
    ({ slots, workers }: { slots: number; workers: number }) =>
      `It is due, and all ${count(slots, 'slot')} of the ${count(workers, 'worker')} that could run it are taken.`,
  ),
  in_line: row(
    'It is due, and others of its type come before it.',
    ({ ahead, isExact }: { ahead: number; isExact: boolean }) =>
      `It is due; ${isExact ? '' : 'at least '}${count(ahead, 'other')} of its type ${ahead === 1 ? 'comes' : 'come'} before it.`,
  ),
  about_to_start: row<Nothing>(
    'It is due, it is the first, and a worker that knows it has a free slot.',
    () => 'It is due, and a worker with a free slot takes it next.',
  ),
  running: row(
    'A worker runs it under a lease.',
    ({ attempt, since, worker, lastHeartbeatAt, leaseUntil }: Running) =>
      `Attempt ${attempt} has been running on the worker ${worker.name ?? worker.id} since ${at(since)}; ` +
      `its last heartbeat was at ${at(lastHeartbeatAt)}, and its lease lasts until ${at(leaseUntil)}.`,
  ),
  lease_over: row(
    'The worker that ran it stopped renewing its lease, and the next sweep takes it back.',
    ({ attempt, worker, leaseUntil }: LeaseOver) =>
      `The lease of attempt ${attempt} on the worker ${worker.name ?? worker.id} is over` +
      `${leaseUntil === null ? '' : ` since ${at(leaseUntil)}`}; the next sweep takes the operation back.`,
  ),
  step_running: row(
    'A step that records its start has not ended.',
    ({ name, since }: { name: string; since: Date }) => `The step «${name}» has been running since ${at(since)}.`,
  ),
  step_recorded: row(
    'The latest step that was recorded; the handler is past it.',
    ({ kind, name, at: time }: { kind: StepKind; name: string; at: Date }) =>
      `The latest thing it recorded is the ${kind} «${name}», at ${at(time)}.`,
  ),
  cancel_requested: row(
    'Somebody asked it to stop, and its handler has not yielded yet.',
    ({ requestedAt }: { requestedAt: Date }) =>
      `It was asked to stop at ${at(requestedAt)}; its handler has been told.`,
  ),
  undoing: row(
    'It ends without success, and what it did is undone before.',
    ({ because }: { because: 'failed' | 'canceled' | 'deadline' }) =>
      `It ends without success (${because}), and what it did is undone before.`,
  ),
  succeeded: row(
    'Its handler returned.',
    ({ attempt, at: time }: { attempt: number; at: Date }) => `It succeeded on attempt ${attempt} at ${at(time)}.`,
  ),
  failed_for_good: row(
    'Its handler failed with an error that another attempt would not cure.',
    ({ errorCode, attempt }: Failed & { attempt: number }) =>
      `Attempt ${attempt} failed for good with ${errorCode}: another attempt would not have helped.`,
  ),
  attempts_spent: row(
    'Its attempts are spent.',
    ({ errorCode, attempts }: Failed & { attempts: number }) =>
      `${attempts === 1 ? 'Its only attempt is' : `All ${attempts} attempts are`} spent; the last one failed with ${errorCode}.`,
  ),
  deadline_exceeded: row(
    'Its deadline passed before it had ended.',
    ({ deadline }: { deadline: Date | null }) =>
      `Its deadline${deadline === null ? '' : ` ${at(deadline)}`} passed before it had ended.`,
  ),
  worker_lost: row(
    'It lost so many leases that its work is taken to kill its workers.',
    ({ lost }: { lost: number }) => `It lost ${count(lost, 'lease')}: its work is taken to kill its workers.`,
  ),
  restored: row<Nothing>(
    'It had not ended at the moment to which the database was restored.',
    () => 'The database was restored to a moment at which it had not ended, and nobody knows how it went on.',
  ),
  decision_awaited: row(
    'A step that may not run twice was begun, and a person has to say whether it took effect.',
    ({ step }: { step: string | null }) =>
      `Nobody knows whether the step${named(step)} took effect: find out, and resume with the decision.`,
  ),
  effect_unknown: row(
    'Nobody knows whether something happened outside before it ended.',
    ({ errorCode }: Failed) => `Nobody knows what happened outside before ${errorCode}: look before it is done again.`,
  ),
  resumable: row(
    'It stays failed until somebody resumes it.',
    ({ needs }: { needs: readonly ('decision' | 'deadline')[] }) =>
      `It stays failed until somebody resumes it${needs.length === 0 ? '' : ` with a ${needs.join(' and a ')}`}.`,
  ),
  canceled_before_start: row(
    'It was canceled before it ran.',
    ({ at: time }: { at: Date }) => `It was canceled at ${at(time)}, before it ran.`,
  ),
  canceled_after_start: row(
    'It was canceled after it had begun to run.',
    ({ requestedAt, at: time }: { requestedAt: Date | null; at: Date }) =>
      `It was asked to stop${requestedAt === null ? '' : ` at ${at(requestedAt)}`} and ended canceled at ${at(time)}.`,
  ),
} as const;

interface WorkerName {
  readonly id: string;
  readonly name: string | null;
}
interface Running {
  readonly attempt: number;
  readonly since: Date;
  readonly worker: WorkerName;
  readonly lastHeartbeatAt: Date;
  readonly leaseUntil: Date;
}
interface LeaseOver {
  readonly attempt: number;
  readonly worker: WorkerName;
  readonly leaseUntil: Date | null;
}

function inVersion(version: string | null): string {
  return version === null ? 'without a version' : `in version ${version}`;
}

type Rows = typeof rows;
export type ReasonCode = keyof Rows;
export type ReasonData<Code extends ReasonCode> = Parameters<Rows[Code]['say']>[0];

/** The table, code by code, for documents and descriptions. */
export const REASONS: Readonly<Record<ReasonCode, Pick<Row<never>, 'meaning'>>> = rows;
export const REASON_CODES = Object.keys(rows) as ReasonCode[];

/** The sentence of a reason for these facts. */
export function sentenceOf<Code extends ReasonCode>(code: Code, data: ReasonData<Code>): string {
  const { say } = rows[code] as unknown as Row<ReasonData<Code>>;
  return say(data);
}
