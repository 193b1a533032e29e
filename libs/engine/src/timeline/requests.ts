import type { OperationHistory, RequestRecord } from '@holdfast/kernel';
import { dateAt } from './moment.js';

/** Every create and replay. A create that nobody wrote down is told by the operation's own row. */
export function requestsOf({ operation, isChild, createdAt, requests }: OperationHistory): RequestRecord[] {
  const written = requests.map(({ at, outcome, attempt, max, reason, traceId }): RequestRecord => ({
    time: dateAt(at),
    outcome,
    attempt,
    max,
    reason,
    traceId,
  }));
  if (isChild || requests.some(({ outcome }) => outcome === 'created')) return written;
  const created: RequestRecord = {
    time: dateAt(createdAt),
    outcome: 'created',
    attempt: null,
    max: null,
    reason: null,
    traceId: operation.traceId,
  };
  return [created, ...written];
}
