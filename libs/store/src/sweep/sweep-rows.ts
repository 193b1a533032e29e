import {
  canceledError,
  deadlineExceededError,
  formatTypeId,
  isTerminal,
  type LostAttempt,
  LOST_DELAY_MAX_MS,
  LOST_DELAY_MS,
  sourcesOf,
  type Status,
  type Swept,
  workerLostError,
} from '@holdfast/kernel';
import type { Executor } from '../statements/executor.js';

/** Declares workers lost whose lease is over; gives their number. */
export async function loseWorkers(executor: Executor): Promise<number> {
  const [row] = await executor.runUnprepared<{ lost: number }>('lose-workers', {});
  return row?.lost ?? 0;
}

/** A sweep's answer has one row even when nothing moved, so that it can say how much it looked at. */
interface SweptRow {
  readonly id: string | null;
  readonly type: string;
  readonly status: Status;
  readonly looked_at: number;
}

/** What is told of an operation that was taken from a lost worker. */
interface LostRow extends SweptRow {
  readonly id: string;
  readonly id_prefix: string;
  readonly fence: number;
  readonly number: number;
  readonly claimed_at: Date;
  readonly trace_parent: string | null;
}

export async function loseOperations(executor: Executor, limit: number): Promise<Swept> {
  const rows = await executor.runUnprepared<SweptRow | LostRow>('lose-operations', {
    limit,
    sources: sourcesOf('lose'),
    delay_ms: LOST_DELAY_MS,
    delay_max_ms: LOST_DELAY_MAX_MS,
    canceled_error: JSON.stringify(canceledError('unknown')),
    lost_error: JSON.stringify(workerLostError()),
  });
  const moved = rows.filter((row): row is LostRow => row.id !== null);
  return {
    requeued: moved.filter((row) => !isTerminal(row.status)).map((row) => row.id),
    ended: moved.filter((row) => isTerminal(row.status)).map((row) => row.id),
    lost: moved.map(toLostAttempt),
    more: (rows[0]?.looked_at ?? 0) >= limit,
  };
}

function toLostAttempt(row: LostRow): LostAttempt {
  return {
    uuid: row.id,
    id: formatTypeId(row.id_prefix, row.id),
    type: row.type,
    fence: row.fence,
    number: row.number,
    claimedAt: row.claimed_at,
    status: row.status,
    traceParent: row.trace_parent,
  };
}

export async function expireOperations(executor: Executor, limit: number): Promise<Swept> {
  const rows = await executor.runUnprepared<SweptRow>('expire-operations', {
    limit,
    sources: sourcesOf('expire'),
    error_never_ran: JSON.stringify(deadlineExceededError('none')),
    error_ran: JSON.stringify(deadlineExceededError('unknown')),
  });
  const expired = rows.filter((row): row is SweptRow & { id: string } => row.id !== null);
  return {
    requeued: [],
    ended: expired.map((row) => row.id),
    expired: expired.map(({ type, status }) => ({ type, status })),
    more: (rows[0]?.looked_at ?? 0) >= limit,
  };
}
