import { type ClaimedOperation, type ClaimRequest, formatTypeId, sourcesOf } from '@holdfast/kernel';
import type { Executor } from '../statements/executor.js';
import type { QueuedRow, QueueWalk } from './queue-walk.js';

interface ClaimedRow extends QueuedRow {
  readonly id_prefix: string;
  readonly tenant: string;
  readonly type: string;
  readonly fence: number;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly request: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly trace_parent: string | null;
  readonly cancel_requested_at: Date | null;
  readonly claimed_at_ms: number;
  readonly deadline_in_ms: number | null;
  readonly due_for_ms: number;
  readonly age_ms: number;
  readonly pokes: number;
  readonly compensates: boolean;
  readonly parent_id: string | null;
}

/** Takes up to `limit` due operations for a worker, most urgent first. */
export async function claimOperations(
  executor: Executor,
  walk: QueueWalk,
  request: ClaimRequest,
): Promise<ClaimedOperation[]> {
  const rows = await walk.claim<ClaimedRow>(executor, request.limit, {
    lanes: request.lanes,
    limit: request.limit,
    worker_id: request.workerId,
    batch: request.batch,
    finished_batches: request.finishedBatches,
    sources: sourcesOf('claim'),
  });
  return rows.map((row) => ({
    uuid: row.id,
    shard: row.shard,
    id: formatTypeId(row.id_prefix, row.id),
    tenant: row.tenant,
    type: row.type,
    fence: row.fence,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    request: row.request,
    claimedAtMs: row.claimed_at_ms,
    deadlineInMs: row.deadline_in_ms,
    cancelRequested: row.cancel_requested_at !== null,
    labels: row.labels,
    traceParent: row.trace_parent,
    dueForMs: row.due_for_ms,
    ageMs: row.age_ms,
    pokes: row.pokes,
    compensates: row.compensates,
    parentUuid: row.parent_id,
  }));
}

/** Ms until the first operation of these lanes is due; null when none waits. */
export async function nextDueInMs(
  executor: Executor,
  walk: QueueWalk,
  lanes: readonly string[],
): Promise<number | null> {
  const restMs = walk.restMs();
  if (restMs !== null) return restMs;
  const [row] = await executor.run<{ due_in_ms: number | null }>('next-due', { lanes });
  const dueInMs = row?.due_in_ms ?? null;
  return dueInMs === null ? null : Math.max(0, dueInMs);
}
