import { type Circumstances, ENGINE_ERROR_CODES, type OperationError, type Reason } from '@holdfast/kernel';
import { because, move } from './because.js';
import type { Standing } from './explain.js';

export function succeeded({ operation, asOf }: Circumstances): Standing {
  const { attempt, finishedAt } = operation;
  return { reasons: [because('succeeded', { attempt, at: finishedAt ?? asOf })], next: null };
}

export function canceled({ operation, asOf }: Circumstances): Standing {
  const { startedAt, finishedAt, cancelRequestedAt: requestedAt, error } = operation;
  const at = finishedAt ?? asOf;
  const first =
    startedAt === null
      ? because('canceled_before_start', { at })
      : because('canceled_after_start', { requestedAt, at });
  return { reasons: [first, ...doubts(error)], next: null };
}

/** A failed operation: what ended it, and what somebody has to bring who wants it to go on. */
export function failed(circumstances: Circumstances): Standing {
  const { operation, asOf } = circumstances;
  const { error, deadline } = operation;
  const first = endedBy(circumstances);
  const needs = [
    ...(first.code === 'decision_awaited' ? ['decision' as const] : []),
    ...(deadline !== null && deadline <= asOf ? ['deadline' as const] : []),
  ];
  const doubt = first.code === 'decision_awaited' ? [] : doubts(error);
  return { reasons: [first, ...doubt, because('resumable', { needs })], next: move('resume') };
}

function endedBy({ operation, lost, maxLost, openSteps }: Circumstances): Reason {
  const { error, attempt, maxAttempts, deadline } = operation;
  const errorCode = error?.code ?? ENGINE_ERROR_CODES.handlerError;
  if (errorCode === ENGINE_ERROR_CODES.outcomeUnknown) {
    const undecided = openSteps.find(({ kind }) => kind === 'step');
    return because('decision_awaited', { step: undecided?.name ?? null });
  }
  if (errorCode === ENGINE_ERROR_CODES.restored) return because('restored', {});
  if (errorCode === ENGINE_ERROR_CODES.deadlineExceeded) return because('deadline_exceeded', { deadline });
  if (errorCode === ENGINE_ERROR_CODES.workerLost && lost >= maxLost) return because('worker_lost', { lost });
  const isSpent = error?.retryable === true && attempt >= maxAttempts;
  return isSpent
    ? because('attempts_spent', { errorCode, attempts: attempt })
    : because('failed_for_good', { errorCode, attempt });
}

function doubts(error: OperationError | null): Reason[] {
  return error?.effect === 'unknown' ? [because('effect_unknown', { errorCode: error.code })] : [];
}
