import type { PromiseName } from './promises.js';

const EDGES = 'I3: only edges of the lifecycle table';
const STALE = 'I4: a worker whose lease was lost commits nothing';
const AGAIN = 'I5: a step whose commit was acknowledged is never executed again';
const ENDED = 'I6: an end never changes, a failed one only by resume';
const FOUND = 'what runs can be found when its worker dies';
const DUE = 'what is pending is due, or waits for something that has not come';

/**
 * Ways in which the protocol could be wrong, each one line of SQL or one habit of a worker away from the right one, and
 * the promises that each would break.
 */
export const MUTANTS = {
  finishIgnoresFence: mutant('finish.sql without «fence = mine»', STALE),
  requeueIgnoresFence: mutant('requeue.sql without «fence = mine»', STALE),
  checkpointIgnoresFence: mutant('record-step.sql without «fence = mine»', STALE, AGAIN),
  checkpointTakesNoLock: mutant('record-step.sql with «where exists (mine)» and without «for share»', STALE, AGAIN),
  leaseTimeForFence: mutant('«lease_owner = me and lease_until > now()» in place of the fence', STALE),
  claimKeepsFence: mutant('claim.sql without «fence = fence + 1»', STALE, AGAIN),
  claimIgnoresStatus: mutant('claim.sql that trusts the queue row', EDGES, ENDED),
  finishIgnoresStatus: mutant('finish.sql without «status = running»', EDGES, STALE, ENDED),
  yieldWithoutRequest: mutant('finish.sql that cancels without «cancel_requested_at is not null»', EDGES),
  sweepTakesNoLock: mutant('lose-operations.sql that looks without a lock and does not look again', EDGES, ENDED),
  sweepTrustsRecord: mutant('lose-operations.sql without «lease_owner = the lost worker»', EDGES),
  sweepForgetsLocked: mutant('lose-operations.sql that deletes the record of what it had to skip', FOUND),
  recordForgottenEarly: mutant('a worker that forgets its claim record before the end is written', FOUND),
  cancelEndsRunning: mutant('cancel.sql that ends a running operation', EDGES),
  expireIgnoresStatus: mutant('expire-operations.sql without «status = any(sources)»', EDGES, ENDED),
  resumeIgnoresStatus: mutant('resume.sql without «status = failed»', EDGES, ENDED),
  suspendIgnoresPokes: mutant('requeue.sql without «pokes <> seen»', DUE),
  signalWakesNobody: mutant('send-signal.sql that does not make a waiting operation due', DUE),
} as const;

interface MutantRow {
  readonly what: string;
  readonly breaks: readonly PromiseName[];
}

function mutant(what: string, ...breaks: PromiseName[]): MutantRow {
  return { what, breaks };
}

export type Mutant = keyof typeof MUTANTS;
export const MUTANT_NAMES = Object.keys(MUTANTS) as Mutant[];

/** What is wrong in this run; nothing in the protocol as it is. */
export type Wrong = Mutant | null;
