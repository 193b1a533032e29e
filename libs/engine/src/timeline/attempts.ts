import type { AttemptOutcome, AttemptRecord, Micros, OperationHistory, PastAttempt } from '@holdfast/kernel';
import { dateAt, maybeDateAt } from './moment.js';

/** What each lifecycle event makes of the attempt it ends. */
const OUTCOMES: Readonly<Record<string, AttemptOutcome>> = {
  retry: 'failed',
  fail: 'failed',
  suspend: 'suspended',
  lose: 'lost',
  expire: 'expired',
  'yield-canceled': 'canceled',
};

export function outcomeOf({ outcome }: PastAttempt): AttemptOutcome {
  return OUTCOMES[outcome] ?? 'failed';
}

/**
 * When an attempt began. Its claims are not all written down when it waited in between; of the first attempt the
 * operation's row tells the beginning, of the others the latest claim is what is known.
 */
export function beginOf(number: number, claimedAt: Micros, { startedAt }: OperationHistory): Date {
  return dateAt(number === 1 ? (startedAt ?? claimedAt) : claimedAt);
}

/** All attempts by number. Those that ended without success have rows; the latest one is told by the operation. */
export function attemptsOf(history: OperationHistory): AttemptRecord[] {
  const ended = history.attempts.map((attempt): AttemptRecord => ({
    number: attempt.number,
    startedAt: dateAt(attempt.startedAt),
    endedAt: dateAt(attempt.endedAt),
    outcome: outcomeOf(attempt),
    error: attempt.error,
  }));
  const latest = latestOf(history);
  return latest ? [...ended, latest] : ended;
}

/** The claim that no row tells of: under way, suspended, successful, or canceled while it was suspended. */
function latestOf(history: OperationHistory): AttemptRecord | null {
  const { operation, fence, claimedAt, finishedAt, attempts } = history;
  if (claimedAt === null || attempts.some((attempt) => attempt.fence === fence)) return null;
  return {
    number: operation.attempt,
    startedAt: beginOf(operation.attempt, claimedAt, history),
    endedAt: maybeDateAt(finishedAt),
    outcome: operation.status === 'pending' ? 'suspended' : operation.status,
    error: operation.error,
  };
}
