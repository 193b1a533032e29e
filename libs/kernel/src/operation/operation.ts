import type { OperationError } from '../errors/operation-error.js';
import type { Status, WaitingReason } from '../lifecycle/status.js';

/** JSON that is carried as text, so that a value which is only passed on is never parsed and printed again. */
export type JsonText = string;

/** What a client sees a pending operation wait for. */
export interface Waiting {
  readonly reason: WaitingReason;
  /** When it is due again; null when only an event can wake it. */
  readonly until: Date | null;
  /** Name of the timer, signal or child. */
  readonly name: string | null;
}

/** One operation as it stands in its row. All times are the database's. */
export interface Operation {
  readonly uuid: string;
  readonly shard: number;
  /** The TypeID clients know, built from the prefix stored with the row. */
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly status: Status;
  /** Grows by one with every visible change; the ETag is made of it. */
  readonly version: number;
  /** Number of the current or next attempt, from 1; 0 before the first claim. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Why the latest attempt that ended without success did so. */
  readonly lastError: OperationError | null;
  readonly waiting: Waiting | null;
  readonly progress: JsonText | null;
  /** Present only when succeeded; null when the handler returned nothing. */
  readonly result: JsonText | null;
  /** Present only when failed or canceled. */
  readonly error: OperationError | null;
  readonly idempotencyKey: string;
  /** How long after its end the key is honored, in ms. */
  readonly replayWindowMs: number;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly traceId: string | null;
  /** W3C `traceparent` of what created it: the span of the creation, or the caller's when that was not recorded. */
  readonly traceParent: string | null;
  readonly runAt: Date;
  readonly deadline: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
  readonly cancelRequestedAt: Date | null;
}

/** Until when the key of a finished operation is honored; null while there is no limit (CONTRACT §5). */
export function honoredUntil(operation: Pick<Operation, 'finishedAt' | 'replayWindowMs'>): Date | null {
  return operation.finishedAt ? new Date(operation.finishedAt.getTime() + operation.replayWindowMs) : null;
}
