import { isTerminal, type OperationHistory, type PastStep, type StepStatus, type StepSummary } from '@holdfast/kernel';
import { dateAt, maybeDateAt } from './moment.js';

/** The steps an operation remembers, in the order in which they began, without what they returned. */
export function stepsOf(history: OperationHistory): StepSummary[] {
  const asOf = lastFact(history);
  return history.steps
    .filter(({ kind }) => kind !== 'failure')
    .map((step): StepSummary => {
      const isOver = step.kind === 'sleep' && step.finishedAt === null && (step.dueAt ?? Infinity) <= asOf;
      const finishedAt = isOver ? step.dueAt : step.finishedAt;
      return {
        kind: step.kind,
        name: step.name,
        ordinal: step.ordinal,
        status: statusOf(step, finishedAt !== null, history),
        startedAt: step.startedAt === step.finishedAt ? null : dateAt(step.startedAt),
        finishedAt: maybeDateAt(finishedAt),
        until: maybeDateAt(step.dueAt),
        fence: step.fence,
        error: step.error,
      };
    });
}

function statusOf(step: PastStep, finished: boolean, { operation, fence }: OperationHistory): StepStatus {
  if (finished) return step.error === null ? 'completed' : 'failed';
  if (step.kind === 'step') return operation.status === 'running' && step.fence === fence ? 'running' : 'undecided';
  return isTerminal(operation.status) ? 'abandoned' : 'waiting';
}

/**
 * The latest moment the rows tell of. A timer that was due by then is over. The clock must not say so: a representation
 * that changes while nothing happens could not have a strong ETag.
 */
function lastFact({ updatedAt, steps }: OperationHistory): number {
  return Math.max(updatedAt, ...steps.map(({ startedAt, finishedAt }) => finishedAt ?? startedAt));
}
