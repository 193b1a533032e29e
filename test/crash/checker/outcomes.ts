import type { Evidence } from '../evidence/evidence.js';
import type { OperationRow } from '../evidence/rows.js';
import type { Violation } from './violation.js';

/** How operations of a type may fail; those of all others do what they are asked for, whatever is done to them. */
const MAY_FAIL_WITH: Readonly<Record<string, string>> = {
  'crash.declined': 'declined',
  'crash.mended': 'declined',
  'crash.killer': 'worker_lost',
};

/**
 * The end of each operation is one that its work, its client or its deadline has brought about: work is not given up
 * because a worker or a connection was lost, and nothing is canceled that nobody asked to cancel.
 */
export function checkOutcomes({ history, snapshot }: Evidence): Violation[] {
  const asked = new Set(history.flatMap(({ action, uuid }) => (action === 'cancel' ? [uuid] : [])));
  const failed = snapshot.operations
    .filter(({ status }) => status === 'failed')
    .filter((row) => row.error?.code !== MAY_FAIL_WITH[row.type] && !isOverdue(row))
    .map(({ uuid, type, error }) => `${uuid} (${type}) failed with ${error?.code}, which its work never does`);
  const canceled = snapshot.operations
    .filter(({ status }) => status === 'canceled')
    .filter(({ uuid, parent }) => !asked.has(uuid) && !asked.has(parent))
    .map(({ uuid, type }) => `${uuid} (${type}) was canceled, which nobody asked for`);
  return [...failed, ...canceled].map((what) => ({ promise: 'end', what }));
}

function isOverdue({ error, request }: OperationRow): boolean {
  return error?.code === 'deadline_exceeded' && request.deadline !== undefined;
}
