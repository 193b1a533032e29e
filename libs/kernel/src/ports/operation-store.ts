import type { Status } from '../lifecycle/status.js';
import type { NewOperation } from '../operation/new-operation.js';
import type { JsonText, Operation } from '../operation/operation.js';

/** What is known of an idempotency key: the operation it created, or what is left of it. */
export interface KeyRecord {
  readonly operationUuid: string;
  /** TypeID of the operation, also when it is purged. */
  readonly operationId: string;
  readonly fingerprint: Buffer;
  readonly fingerprintVersion: number;
  /** The request the fingerprint was made of; null once it is erased. */
  readonly request: JsonText | null;
  /** Null when the operation is purged and only the tombstone is left. */
  readonly operation: Operation | null;
  readonly tombstone: { readonly status: Status; readonly purgedAt: Date } | null;
}

/** What is left of a purged operation. */
export interface Tombstone {
  /** TypeID the operation had. */
  readonly operationId: string;
  readonly status: Status;
  readonly purgedAt: Date;
}

/** `awaited`: the operation that called it has not taken its outcome yet. */
export type PurgeOutcome = 'purged' | 'not-terminal' | 'awaited' | 'missing';

export interface ListQuery {
  readonly tenant: string;
  readonly statuses: readonly Status[];
  readonly type: string | null;
  readonly idempotencyKey: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAfter: Date | null;
  readonly createdBefore: Date | null;
  /** Only operations older than this one, newest first: the keyset. */
  readonly before: string | null;
  /** Operations on the page at most. */
  readonly limit: number;
}

export interface ListPage {
  readonly operations: readonly Operation[];
  /**
   * Where the next page goes on: its `before`; null when there is nothing further. A page may be short, or empty, and
   * have a next one: looking for operations that few filters let pass ends after a bounded walk.
   */
  readonly next: string | null;
}

export interface ResumeRequest {
  readonly tenant: string;
  readonly uuid: string;
  /** Deduplicates the resume itself; null when the caller sent no key. */
  readonly key: string | null;
  readonly reason: string | null;
  /** Replaces the deadline; undefined keeps it. */
  readonly deadline: Date | null | undefined;
  /** The version the caller decided on (`If-Match`); null for any. */
  readonly version: number | null;
  /** Attempts granted on top of those already made. */
  readonly extraAttempts: number;
  /** W3C `traceparent` of the request. */
  readonly traceParent?: string | null;
  /** Forgets this step and the ones finished after it. */
  readonly fromStep?: string | null;
  /** Decides a step whose outcome is unknown. */
  readonly decision?: StepDecision | null;
}

/** What a person found out about a step that may not run again. */
export interface StepDecision {
  readonly step: string;
  readonly outcome: 'done' | 'not-done';
  /** The step's result when it was done. */
  readonly result?: JsonText | null;
}

export type ResumeOutcome =
  | 'resumed'
  | 'already-used'
  | 'not-failed'
  | 'version-differs'
  | 'deadline-over'
  /** There is no step called `fromStep` that has ended. */
  | 'step-unknown'
  /** No step of the decision's name waits for one. */
  | 'step-not-undecided';

/**
 * The front door's side of the store. Every method is one guarded statement; none reads, decides here and writes.
 * Throws a `Refusal` with `database-unavailable` when PostgreSQL cannot be asked or its answer is lost: the effect of
 * a write is then unknown, and the same call with the same key settles it.
 */
export interface OperationStore {
  /** Stores a new operation. Null when the key is already taken: look it up. */
  create(operation: NewOperation): Promise<Operation | null>;
  findByKey(tenant: string, key: string): Promise<KeyRecord | null>;
  find(tenant: string, uuid: string): Promise<Operation | null>;
  list(query: ListQuery): Promise<ListPage>;
  /**
   * Cancels a pending operation, records the request on a running one, leaves every other as it is. `changed` tells
   * whether this call moved it.
   */
  cancel(tenant: string, uuid: string): Promise<{ operation: Operation; changed: boolean } | null>;
  resume(request: ResumeRequest): Promise<{ outcome: ResumeOutcome; operation: Operation } | null>;
  /** Erases a terminal operation and all that belongs to it; its key and its id stay taken. */
  purge(tenant: string, uuid: string): Promise<PurgeOutcome>;
  /** Takes a purged operation out of the archive, too; false when it is not there. */
  eraseArchived(tenant: string, uuid: string): Promise<boolean>;
  findTombstone(tenant: string, uuid: string): Promise<Tombstone | null>;
  /** Resolves when the database answers and its schema is the one this code needs; throws with the reason otherwise. */
  ready(): Promise<void>;
}
