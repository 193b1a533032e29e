import { answered } from '../statements/answered.js';
import type { Executor } from '../statements/executor.js';

/** Due operations that are counted at most, shared evenly by the pairs of lane and priority that wait. */
export const DUE_MAX = 10_000;
/** What each pair may count at least, however many there are. */
export const SHARE_MIN = 100;
/** Pairs that are looked at. */
const LANES_MAX = 200;
const WORKERS_MAX = 10_000;
/** Pages of the operations table in a sample: some ten thousand rows. */
const SAMPLE_PAGES = 500;

export interface DueOperations {
  readonly type: string;
  /** At least this many: see {@link DUE_MAX}. */
  readonly due: number;
  /** Ms the oldest has been due; 0 when none is. */
  readonly oldestDueForMs: number;
}

/** What waits for workers, and how many there are. */
export interface Workload {
  readonly due: readonly DueOperations[];
  readonly workers: number;
}

/** Idempotency keys by their state: estimates, good to a few percent on tables that are vacuumed. */
export interface KeyEstimates {
  readonly live: number;
  readonly expired: number;
  readonly tombstoned: number;
}

interface WorkloadRow {
  readonly type: string | null;
  readonly due: number;
  readonly oldest_due_for_ms: number | null;
  readonly workers: number;
}

/** Looks at the queue in bounded time, however long it is. */
export async function readWorkload(executor: Executor): Promise<Workload> {
  const bounds = { lanes_max: LANES_MAX, due_max: DUE_MAX, share_min: SHARE_MIN, workers_max: WORKERS_MAX };
  const rows = await answered(executor.runUnprepared<WorkloadRow>('workload', bounds));
  const due = rows.flatMap(({ type, due: count, oldest_due_for_ms: ms }) =>
    type === null ? [] : [{ type, due: count, oldestDueForMs: ms ?? 0 }],
  );
  return { due, workers: rows[0]?.workers ?? 0 };
}

interface EstimateRow {
  readonly kept: number;
  readonly tombstoned: number;
  readonly expired_share: number;
}

export async function estimateKeys(executor: Executor): Promise<KeyEstimates> {
  const [row] = await answered(executor.runUnprepared<EstimateRow>('key-estimates', { pages: SAMPLE_PAGES }));
  const { kept = 0, tombstoned = 0, expired_share: share = 0 } = row ?? {};
  const expired = Math.round(kept * share);
  return { live: kept - expired, expired, tombstoned };
}
