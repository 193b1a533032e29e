import {
  type OperationHistory,
  type PastAttempt,
  type PastRequest,
  type PastResume,
  type PastSignal,
  type PastStep,
  shardOfUuid,
} from '@holdfast/kernel';
import { columns } from '../batch/columns.js';
import type { IdLookup } from '../operations/find-operations.js';
import { type OperationRow, toOperation, traceIdOf } from '../operations/operation-row.js';
import type { Executor } from '../statements/executor.js';

/** Requests of one operation that are shown at most: a client may repeat itself without end. */
const REQUESTS_MAX = 500;

/** A row of `history.sql`: lists are JSON text, null when empty. */
interface HistoryRow extends OperationRow {
  readonly fence: number;
  readonly is_child: boolean;
  readonly created_us: number;
  readonly started_us: number | null;
  readonly claimed_us: number | null;
  readonly updated_us: number;
  readonly finished_us: number | null;
  readonly cancel_requested_us: number | null;
  readonly steps: string | null;
  readonly attempts: string | null;
  readonly signals: string | null;
  readonly resumes: string | null;
  readonly requests: string | null;
}

type StoredRequest = Omit<PastRequest, 'traceId'>;
type StoredResume = Omit<PastResume, 'forgotten'> & { readonly forgotten: PastStep[] | null };

/** Stories of operations in one statement; null for each that this tenant does not have. */
export async function findHistories(
  executor: Executor,
  lookups: readonly IdLookup[],
): Promise<(OperationHistory | null)[]> {
  const rows = await executor.run<HistoryRow>('history', {
    ...columns(lookups, {
      shards: (lookup) => shardOfUuid(lookup.uuid),
      ids: (lookup) => lookup.uuid,
      tenants: (lookup) => lookup.tenant,
    }),
    requests_max: REQUESTS_MAX,
  });
  const found = new Map(rows.map((row) => [`${row.id} ${row.tenant}`, toHistory(row)]));
  return lookups.map((lookup) => found.get(`${lookup.uuid} ${lookup.tenant}`) ?? null);
}

function toHistory(row: HistoryRow): OperationHistory {
  return {
    operation: toOperation(row),
    fence: row.fence,
    isChild: row.is_child,
    createdAt: row.created_us,
    startedAt: row.started_us,
    claimedAt: row.claimed_us,
    updatedAt: row.updated_us,
    finishedAt: row.finished_us,
    cancelRequestedAt: row.cancel_requested_us,
    steps: listOf<PastStep>(row.steps),
    attempts: listOf<PastAttempt>(row.attempts),
    signals: listOf<PastSignal>(row.signals),
    resumes: listOf<StoredResume>(row.resumes).map((resume) => ({ ...resume, forgotten: resume.forgotten ?? [] })),
    requests: requestsOf(row.requests),
  };
}

/** Requests as `request-summary.sql` tells them; null is none. */
export function requestsOf(text: string | null): PastRequest[] {
  return listOf<StoredRequest>(text).map((request) => ({ ...request, traceId: traceIdOf(request.traceParent) }));
}

/** A list that came as JSON text; null is an empty one. */
export function listOf<Item>(text: string | null): Item[] {
  return text === null ? [] : (JSON.parse(text) as Item[]);
}
