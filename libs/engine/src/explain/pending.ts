import type {
  Circumstances,
  LaneTraffic,
  MoveName,
  NextMove,
  Operation,
  Reason,
  WaitingReason,
} from '@holdfast/kernel';
import { because, deadlineAhead, move, overdue, undoing } from './because.js';
import type { Standing, Surroundings } from './explain.js';
import { inLine } from './in-line.js';
import { openWaits } from './waits.js';

/** True when it only waits for a worker: it is due, and nothing else is awaited. */
export function isInLine({ operation, isDue }: Circumstances): boolean {
  return operation.status === 'pending' && isDue && !awaitsEvent(operation);
}

/** A pending operation: what it waits for, or what it stands in line for. */
export function pending(circumstances: Circumstances, surroundings: Surroundings): Standing {
  const over = overdue(circumstances);
  const [first, ...others] = isInLine(circumstances)
    ? inLine(circumstances, surroundings)
    : waits(circumstances, surroundings);
  const reasons = [first, ...others, ...deadlineAhead(circumstances), ...undoing(circumstances)] as const;
  if (over)
    return { reasons: [because('deadline_over', { deadline: over }), ...reasons], next: move('deadline', over) };
  return { reasons, next: nextOf(circumstances, surroundings.traffic) };
}

/** A wait that only a signal or a child can end. With a time-out it is due when that is over, like any other. */
function awaitsEvent({ waiting }: Operation): boolean {
  return waiting !== null && waiting.until === null;
}

function waits(circumstances: Circumstances, { children }: Surroundings): [Reason, ...Reason[]] {
  const { operation } = circumstances;
  const { waiting, runAt: until, attempt, lastError } = operation;
  switch (waiting?.reason) {
    case 'retry':
      return [because('retry_backoff', { until, attempt, errorCode: lastError?.code ?? null })];
    case 'timer':
    case 'signal':
    case 'child':
      return openWaits(circumstances, waiting, children);
    case 'schedule':
    case undefined:
      return [because('scheduled', { until })];
  }
}

const MOVE_OF: Readonly<Record<WaitingReason, MoveName>> = {
  retry: 'claim_when_due',
  schedule: 'claim_when_due',
  timer: 'claim_when_due',
  signal: 'claim_when_signaled',
  child: 'claim_when_child_ends',
};

/** The next claim; or the deadline, when that is certain to come first. */
function nextOf(circumstances: Circumstances, traffic: LaneTraffic | null): NextMove {
  const { operation, compensates } = circumstances;
  const { waiting, deadline, runAt } = operation;
  if (traffic) return move(traffic.knowLane === 0 ? 'claim_when_known' : 'claim_when_free');
  const at = waiting ? waiting.until : runAt;
  if (at !== null && deadline !== null && deadline < at && !compensates) return move('deadline', deadline);
  return move(MOVE_OF[waiting?.reason ?? 'schedule'], at);
}
