import type { ClientHints } from '../headers/client-hints.js';
import type { JsonObject } from '../json/json-value.js';
import type { Status } from '../lifecycle/status.js';
import type { OperationHistory } from '../operation/history.js';
import type { NewOperation } from '../operation/new-operation.js';
import type { Operation } from '../operation/operation.js';
import type { ClaimedOperation, Settlement } from '../operation/settlement.js';
import type { StepId } from '../operation/step.js';
import type { LostAttempt } from './sweep-store.js';

/** A create as it asks for a decision: a new operation, or the one its key already created. */
export interface ObservedRequest {
  readonly tenant: string;
  readonly key: string;
  /** As the client wrote it, not yet judged. */
  readonly body: JsonObject;
  /** W3C `traceparent` of the request. */
  readonly traceParent: string | null;
  readonly hints?: ClientHints | null;
}

export interface ObservedDecision {
  readonly operation: Operation;
  readonly replayed: boolean;
}

export interface ObservedSignal {
  readonly operation: Operation;
  readonly name: string;
  readonly traceParent: string | null;
}

/** What an observer may ask of an attempt that it watches. */
export interface AttemptView {
  /** Why the handler was told to stop, so far. */
  stops(): readonly string[];
  /** What is written down about the operation; null when nothing can be had. Costs a read. */
  past(): Promise<OperationHistory | null>;
}

/** An operation that ended where no attempt could say so. */
export interface EndedOperation {
  readonly type: string;
  readonly status: Status;
}

export interface SweepCounts {
  readonly lostWorkers: number;
  readonly requeued: number;
  readonly ended: number;
}

/** What one piece of retention has ended: operations purged, those of them archived, and tombstones forgotten. */
export interface RetentionCounts {
  readonly purged: number;
  readonly archived: number;
  readonly forgotten: number;
}

/**
 * Looks on while the service works: traces and metrics are made behind this port, so that the code which does the work
 * says only where a moment begins and ends. Every hook runs what it is given exactly once and passes on what that
 * gives or throws; it never fails by itself, and nothing waits for it.
 */
export interface Observer {
  /** A new operation is stored, null when its key is taken. What is stored may get another `traceParent`. */
  creation(
    operation: NewOperation,
    store: (operation: NewOperation) => Promise<Operation | null>,
  ): Promise<Operation | null>;
  /** A key is decided on: created, replayed, or refused by a throw. */
  decision<Made extends ObservedDecision>(request: ObservedRequest, decide: () => Promise<Made>): Promise<Made>;
  /** A signal is put into an operation's box, with the `traceparent` that `send` is given. */
  signal<Result>(signal: ObservedSignal, send: (traceParent: string | null) => Promise<Result>): Promise<Result>;
  /** A handler runs under one claim; null when nothing may be written for it any more. */
  attempt(
    claimed: ClaimedOperation,
    run: () => Promise<Settlement | null>,
    view: AttemptView,
  ): Promise<Settlement | null>;
  /** A step is executed; one that is remembered is not. */
  step<Result>(claimed: ClaimedOperation, id: StepId, run: () => Promise<Result>): Promise<Result>;
  sweep<Report extends SweepCounts>(run: () => Promise<Report>): Promise<Report>;
  /** These attempts were taken from workers that are gone. */
  lost(attempts: readonly LostAttempt[]): void;
  /** These were canceled while they waited, or their deadline passed. */
  endedAlone(operations: readonly EndedOperation[]): void;
  /** The time of these operations and tombstones was over (CONTRACT §5). */
  retired(counts: RetentionCounts): void;
  /** One statement carries the writes of all these items; what was not written has a result that counts as false. */
  batch<Result>(statement: string, items: readonly object[], run: () => Promise<Result[]>): Promise<Result[]>;
  /** One statement, by the name of its file, makes its round trip. */
  statement<Result>(name: string, run: () => Promise<Result>): Promise<Result>;
}

/** Nobody looks on. */
export const unobserved: Observer = {
  creation: (operation, store) => store(operation),
  decision: (_, decide) => decide(),
  signal: ({ traceParent }, send) => send(traceParent),
  attempt: (_, run) => run(),
  step: (_claimed, _id, run) => run(),
  sweep: (run) => run(),
  lost() {},
  endedAlone() {},
  retired() {},
  batch: (_statement, _items, run) => run(),
  statement: (_, run) => run(),
};
