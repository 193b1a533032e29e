import { isTerminal, type Status } from '@holdfast/kernel';
import type { Evidence } from '../evidence/evidence.js';
import { isAccepted } from '../evidence/exchange.js';
import type { OperationRow } from '../evidence/snapshot.js';
import type { Violation } from './violation.js';

const ENDED_WHILE_PENDING = new Set(['deadline_exceeded', 'canceled']);

/** The way of each operation through its states, as the rows tell it and as readers saw it: I3, I6, I9 and the end. */
export function checkLifecycle(evidence: Evidence): Violation[] {
  return [...edges(evidence), ...ends(evidence), ...times(evidence), ...stuck(evidence)];
}

/**
 * Each claim raises version and fence, and each way out of running raises the version once: of an operation that has
 * ended, the version is one for its creation and two for each claim. Any other write would show here.
 */
function edges({ snapshot }: Evidence): Violation[] {
  const lost = new Map<string, number>();
  for (const { uuid, outcome } of snapshot.attempts) {
    if (outcome === 'lose') lost.set(uuid, (lost.get(uuid) ?? 0) + 1);
  }
  return snapshot.operations.filter(isEnded).flatMap((row) => {
    const beyond = row.version - 1 - 2 * row.fence;
    const most = ENDED_WHILE_PENDING.has(row.error?.code ?? '') ? 1 : 0;
    const wrong: string[] = [];
    if (beyond < 0 || beyond > most) wrong.push(`version ${row.version} after ${row.fence} claims`);
    if (row.lost !== (lost.get(row.uuid) ?? 0))
      wrong.push(`${row.lost} leases lost, ${lost.get(row.uuid) ?? 0} recorded`);
    return wrong.map((what) => ({ promise: 'I3' as const, what: `${row.uuid}: ${what}` }));
  });
}

function isEnded({ status }: { status: string }): boolean {
  return isTerminal(status as Status);
}

/** Every reader sees the same end, the last one being the row itself; and after it nothing else. */
function ends({ history, snapshot }: Evidence): Violation[] {
  const rows = new Map(snapshot.operations.map((row) => [row.uuid, row]));
  const first = new Map<string, { seen: string; at: number }>();
  const violations: Violation[] = [];
  const inOrder = history.filter(isAccepted).toSorted((one, other) => one.answeredAt - other.answeredAt);
  for (const { answer, answeredAt } of inOrder) {
    if (!answer?.uuid || !answer.operationStatus || !isEnded({ status: answer.operationStatus })) continue;
    const seen = `${answer.operationStatus} ${answer.outcome}`;
    const row = rows.get(answer.uuid);
    const before = first.get(answer.uuid);
    if (!before) first.set(answer.uuid, { seen, at: answeredAt });
    if (row && seen !== endOf(row)) violations.push(flip(answer.uuid, seen, endOf(row)));
    else if (before && seen !== before.seen) violations.push(flip(answer.uuid, before.seen, seen));
  }
  for (const { answer, sentAt } of inOrder) {
    const before = first.get(answer?.uuid ?? '');
    const live = answer?.operationStatus && !isEnded({ status: answer.operationStatus });
    if (before && live && sentAt > before.at) {
      violations.push(flip(answer.uuid ?? '', before.seen, answer.operationStatus ?? ''));
    }
  }
  return violations;
}

function endOf(row: OperationRow): string {
  return `${row.status} ${row.error ? row.error.code : JSON.stringify(row.result)}`;
}

function flip(uuid: string, before: string, after: string): Violation {
  return { promise: 'I6', what: `${uuid} was ${before}, then ${after}` };
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
