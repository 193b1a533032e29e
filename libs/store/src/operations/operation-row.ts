import { formatTypeId, type Operation, type OperationError, type Status, type WaitingReason } from '@holdfast/kernel';

/** The columns of `sql/operation-columns.sql` as the driver hands them over. */
export interface OperationRow {
  readonly shard: number;
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly id_prefix: string;
  readonly status: Status;
  readonly version: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly last_error: string | null;
  readonly waiting_for: WaitingReason | null;
  readonly waiting_name: string | null;
  readonly progress: string | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly idempotency_key: string;
  readonly replay_window_ms: number;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly trace_parent: string | null;
  readonly run_at: Date;
  readonly deadline: Date | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
  readonly cancel_requested_at: Date | null;
}

/** Reasons that end at a point in time; the others end with an event. */
const TIMED: readonly WaitingReason[] = ['retry', 'schedule', 'timer'];

export function toOperation(row: OperationRow): Operation {
  return {
    uuid: row.id,
    shard: row.shard,
    id: formatTypeId(row.id_prefix, row.id),
    tenant: row.tenant,
    type: row.type,
    status: row.status,
    version: row.version,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    lastError: parseError(row.last_error),
    waiting: row.waiting_for && {
      reason: row.waiting_for,
      until: untilOf(row.waiting_for, row),
      name: row.waiting_name,
    },
    progress: row.progress,
    result: row.result,
    error: parseError(row.error),
    idempotencyKey: row.idempotency_key,
    replayWindowMs: row.replay_window_ms,
    priority: row.priority,
    labels: row.labels,
    traceId: traceIdOf(row.trace_parent),
    traceParent: row.trace_parent,
    runAt: row.run_at,
    deadline: row.deadline,
    createdAt: row.created_at,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
    finishedAt: row.finished_at,
    cancelRequestedAt: row.cancel_requested_at,
  };
}

/** A wait for a signal or a child ends at a time only when it was given one: the row is due after it was put to sleep. */
function untilOf(reason: WaitingReason, row: OperationRow): Date | null {
  return TIMED.includes(reason) || row.run_at > row.updated_at ? row.run_at : null;
}

function parseError(text: string | null): OperationError | null {
  return text === null ? null : (JSON.parse(text) as OperationError);
}

/** The trace id inside a stored W3C `traceparent`, which was validated before it was stored. */
export function traceIdOf(traceParent: string | null): string | null {
  return traceParent === null ? null : traceParent.slice(3, 35);
}
