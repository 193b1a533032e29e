import type { OperationHistory, RequestOutcome } from '../operation/history.js';

/** A create or replay to be written down beside its operation. */
export interface RequestToLog {
  /** UUIDv7 of this entry. */
  readonly id: string;
  readonly operationUuid: string;
  readonly shard: number;
  readonly outcome: RequestOutcome;
  readonly clientAttempt: number | null;
  readonly clientMax: number | null;
  readonly reason: string | null;
  /** W3C `traceparent` of the request. */
  readonly traceParent: string | null;
}

/** What is remembered of operations beside their state. */
export interface HistoryStore {
  /** The story of an operation as of one moment; null when this tenant has none of that id. */
  history(tenant: string, uuid: string): Promise<OperationHistory | null>;
  /** Writes an entry down. Rejects when the queue is full or the database is away; an erased operation gets none. */
  logRequest(request: RequestToLog): Promise<void>;
}
