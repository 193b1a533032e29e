import {
  formatTypeId,
  INITIAL_STATUS,
  type NewOperation,
  type Operation,
  type Reservation,
  targetOf,
} from '@holdfast/kernel';
import { columns, jsonArray } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';
import { traceIdOf } from './operation-row.js';

interface CreatedRow {
  readonly id: string;
  readonly run_at: Date;
  readonly waiting_for: 'schedule' | null;
  readonly created_at: Date;
  /** 1 when it was claimed in the same statement, else 0. */
  readonly fence: number;
}

/**
 * Stores operations in one statement; null for each whose key was taken. Those with a slot come back as a claim would
 * have left them, when they are due at once and have no deadline.
 */
export async function createOperations(
  executor: Executor,
  items: readonly NewOperation[],
  slots: Pick<Reservation, 'workerId' | 'batch' | 'seats'> | null = null,
): Promise<(Operation | null)[]> {
  const rows = await executor.run<CreatedRow>('create', {
    requests: jsonArray(items.map((item) => item.request)),
    labels: jsonArray(items.map((item) => JSON.stringify(item.labels))),
    worker_id: slots?.workerId ?? null,
    batch: slots?.batch ?? null,
    seats: slots?.seats ?? [],
    ...columns(items, {
      shards: (item) => item.shard,
      ids: (item) => item.uuid,
      tenants: (item) => item.tenant,
      keys: (item) => item.key,
      fingerprints: (item) => item.fingerprint,
      fingerprint_versions: (item) => item.fingerprintVersion,
      id_prefixes: (item) => item.idPrefix,
      types: (item) => item.type,
      priorities: (item) => item.priority,
      run_ats: (item) => item.runAt,
      delays_ms: (item) => item.delayMs,
      deadlines: (item) => item.deadline,
      max_attempts: (item) => item.maxAttempts,
      max_lost: (item) => item.maxLost,
      replay_windows_ms: (item) => item.replayWindowMs,
      trace_parents: (item) => item.traceParent,
      type_versions: (item) => item.typeVersion ?? null,
      parent_shards: (item) => item.parent?.shard ?? null,
      parent_ids: (item) => item.parent?.uuid ?? null,
    }),
  });
  const created = new Map(rows.map((row) => [row.id, row]));
  return items.map((item) => {
    const row = created.get(item.uuid);
    return row ? asCreated(item, row) : null;
  });
}

/** What was stored is known here already, except for what the database decided. */
function asCreated(item: NewOperation, row: CreatedRow): Operation {
  return {
    uuid: item.uuid,
    shard: item.shard,
    id: formatTypeId(item.idPrefix, item.uuid),
    tenant: item.tenant,
    type: item.type,
    status: row.fence === 0 ? INITIAL_STATUS : targetOf('claim'),
    version: 1 + row.fence,
    attempt: row.fence,
    maxAttempts: item.maxAttempts,
    lastError: null,
    waiting: row.waiting_for && { reason: row.waiting_for, until: row.run_at, name: null },
    progress: null,
    result: null,
    error: null,
    idempotencyKey: item.key,
    replayWindowMs: item.replayWindowMs,
    priority: item.priority,
    labels: item.labels,
    traceId: traceIdOf(item.traceParent),
    traceParent: item.traceParent,
    runAt: row.run_at,
    deadline: item.deadline,
    createdAt: row.created_at,
    startedAt: row.fence === 0 ? null : row.created_at,
    updatedAt: row.created_at,
    finishedAt: null,
    cancelRequestedAt: null,
  };
}
