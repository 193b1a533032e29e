import { isTerminal, type Status } from '@holdfast/kernel';
import type { Evidence } from '../evidence/evidence.js';
import type { OperationRow } from '../evidence/rows.js';
import { grouped } from './grouped.js';
import type { Violation } from './violation.js';

/** The way of each operation through its states, as the rows tell it: I3, I9 and the end. */
export function checkLifecycle(evidence: Evidence): Violation[] {
  return [...edges(evidence), ...times(evidence), ...stuck(evidence)];
}

/**
 * Each claim raises version and fence, each way out of running and each resume raises the version once: of an operation
 * that has ended, the version is one for its creation, two for each claim and one for each resume. A poke may raise it
 * when it wakes, a recorded cancel and a deadline that passed once. Any other write would show here.
 */
function edges({ snapshot }: Evidence): Violation[] {
  const lost = grouped(snapshot.attempts, ({ uuid, outcome }) => (outcome === 'lose' ? uuid : null));
  const resumed = grouped(snapshot.resumes, ({ uuid }) => uuid);
  return snapshot.operations.filter(isEnded).flatMap((row) => {
    const resumes = resumed.get(row.uuid) ?? [];
    const recorded = lost.get(row.uuid)?.length ?? 0;
    const beyond = row.version - 1 - 2 * row.fence - resumes.length;
    const cancels = [row, ...resumes].filter(({ cancel_requested_at: at }) => at !== null).length;
    const most = row.pokes + cancels + (row.error?.code === 'deadline_exceeded' ? 1 : 0);
    const wrong: string[] = [];
    if (beyond < 0 || beyond > most) wrong.push(`version ${row.version} after ${row.fence} claims`);
    // A resume begins the count anew.
    if (resumes.length === 0 ? row.lost !== recorded : row.lost > recorded)
      wrong.push(`${row.lost} leases lost, ${recorded} recorded`);
    return wrong.map((what) => ({ promise: 'I3' as const, what: `${row.uuid}: ${what}` }));
  });
}

function isEnded({ status }: OperationRow): boolean {
  return isTerminal(status as Status);
}

/** Clocks of processes may be days off: no stored time may be outside of the run, and nothing is run too early. */
function times({ beganAt, snapshot }: Evidence): Violation[] {
  return snapshot.operations.filter(isEnded).flatMap((row) => {
    const due = row.created_at.getTime() + (row.request.delayMs ?? 0);
    const moments = [beganAt, row.created_at, row.started_at ?? row.created_at, row.finished_at as Date, snapshot.now];
    const inOrder = moments.every((moment, n) => n === 0 || moment >= (moments[n - 1] as Date));
    const early = row.started_at !== null && row.started_at.getTime() < due;
    if (inOrder && !early) return [];
    return [
      { promise: 'I9' as const, what: `${row.uuid}: ${moments.map((moment) => moment.toISOString()).join(', ')}` },
    ];
  });
}

function stuck({ snapshot }: Evidence): Violation[] {
  return snapshot.operations
    .filter((row) => !isEnded(row))
    .map((row) => ({ promise: 'live', what: `${row.uuid} (${row.type}) is still ${row.status}` }));
}
