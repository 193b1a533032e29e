import { formatTypeId, INITIAL_STATUS, type NewOperation, type Operation } from '@holdfast/kernel';
import { columns, jsonArray } from '../batch/columns.js';
import type { Executor } from '../statements/executor.js';
import { traceIdOf } from './operation-row.js';

interface CreatedRow {
  readonly id: string;
  readonly run_at: Date;
  readonly waiting_for: 'schedule' | null;
  readonly created_at: Date;
}

/** Stores operations in one statement; null for each whose key was taken. */
export async function createOperations(
  executor: Executor,
  items: readonly NewOperation[],
): Promise<(Operation | null)[]> {
  const rows = await executor.run<CreatedRow>('create', {
    requests: jsonArray(items.map((item) => item.request)),
    labels: jsonArray(items.map((item) => JSON.stringify(item.labels))),
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
    status: INITIAL_STATUS,
    version: 1,
    attempt: 0,
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
    startedAt: null,
    updatedAt: row.created_at,
    finishedAt: null,
    cancelRequestedAt: null,
  };
}
