import type { Circumstances, HeldLease, Reason } from '@holdfast/kernel';
import { dateAt } from '../timeline/moment.js';
import { because, deadlineAhead, move, overdue, undoing } from './because.js';
import type { Standing } from './explain.js';

/** A running operation: who runs it and how far it is, or who should have stopped. */
export function running(circumstances: Circumstances): Standing {
  const { operation, lease } = circumstances;
  const { cancelRequestedAt } = operation;
  const over = overdue(circumstances);
  const held = heldBy(circumstances);
  const rest = [
    ...(cancelRequestedAt === null ? [] : [because('cancel_requested', { requestedAt: cancelRequestedAt })]),
    ...steps(circumstances),
    ...deadlineAhead(circumstances),
    ...undoing(circumstances),
  ];
  if (over)
    return { reasons: [because('deadline_over', { deadline: over }), held, ...rest], next: move('deadline', over) };
  if (lease?.isOver) return { reasons: [held, ...rest], next: move('lease_lost', leaseEnd(lease)) };
  return { reasons: [held, ...rest], next: move(cancelRequestedAt === null ? 'end_of_handler' : 'end_of_canceled') };
}

function heldBy({ operation, lease, claimedAt, asOf }: Circumstances): Reason {
  const { attempt } = operation;
  const id = lease?.workerId ?? '';
  const worker = { id, name: lease?.worker?.name ?? null };
  if (!lease?.worker || lease.isOver) {
    return because('lease_over', { attempt, worker, leaseUntil: lease ? leaseEnd(lease) : null });
  }
  const { renewedAt: lastHeartbeatAt, leaseUntil } = lease.worker;
  return because('running', { attempt, worker, since: claimedAt ?? asOf, lastHeartbeatAt, leaseUntil });
}

/** When the lease ended; null when the worker is gone and nobody knows. */
function leaseEnd({ worker }: HeldLease): Date | null {
  return worker?.leaseUntil ?? null;
}

/** The steps that say of themselves that they run, and the latest one that ended: most steps record only their end. */
function steps({ openSteps, latestStep, fence }: Circumstances): Reason[] {
  const open = openSteps.filter((step) => step.kind === 'step' && step.fence === fence);
  return [
    ...open.map(({ name, startedAt }) => because('step_running', { name, since: dateAt(startedAt) })),
    ...(latestStep
      ? [because('step_recorded', { kind: latestStep.kind, name: latestStep.name, at: dateAt(latestStep.finishedAt) })]
      : []),
  ];
}
