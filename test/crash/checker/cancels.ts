import { isTerminal, type Status } from '@holdfast/kernel';
import type { Evidence } from '../evidence/evidence.js';
import { isAccepted } from '../evidence/exchange.js';
import type { Violation } from './violation.js';

/**
 * An acknowledged cancel is in the row, or in what a resume kept of it; no attempt begins after it; and nobody ever sees
 * an operation wait that has been asked to stop. (Handlers with compensations would: this test has none.)
 */
export function checkCancels({ history, snapshot }: Evidence): Violation[] {
  const rows = new Map(snapshot.operations.map((row) => [row.uuid, row]));
  const resumed = new Set(snapshot.resumes.map(({ uuid }) => uuid));
  const accepted = history.filter((exchange) => isAccepted(exchange) && exchange.answer?.uuid);
  const forgotten = accepted
    .filter(({ action, answer }) => action === 'cancel' && answer?.status === 202)
    .flatMap(({ answer }) => {
      const row = rows.get(answer?.uuid ?? '');
      if (row === undefined || resumed.has(row.uuid)) return [];
      if (row.cancel_requested_at === null) return [`${row.uuid}: its cancel was acknowledged and is not there`];
      if (row.attempt === answer?.attempt) return [];
      return [`${row.uuid}: attempt ${row.attempt} began after a cancel of attempt ${answer?.attempt}`];
    });
  const early = accepted
    .filter(({ action, answer }) => action === 'cancel' && answer?.status === 200)
    .filter(({ answer }) => !isTerminal(answer?.operationStatus as Status))
    .map(({ answer }) => `${answer?.uuid} was called ended while it was ${answer?.operationStatus}`);
  const waiting = accepted
    .filter(({ answer }) => answer?.cancelRequested && answer.operationStatus === 'pending')
    .map(({ answer }) => `${answer?.uuid} was asked to stop and waits`);
  return [...forgotten, ...early, ...waiting].map((what) => ({ promise: 'cancel', what }));
}
