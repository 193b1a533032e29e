import type { OperationError } from '../errors/operation-error.js';
import type { WaitingReason } from '../lifecycle/status.js';
import type { JsonText } from './operation.js';

/** An operation that a worker holds under a lease, with all that its handler needs. */
export interface ClaimedOperation {
  readonly uuid: string;
  readonly shard: number;
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  /** The number every write for this claim must still match. */
  readonly fence: number;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly request: JsonText;
  /** When it was claimed, by the database's clock, in ms since the epoch. */
  readonly claimedAtMs: number;
  /** Milliseconds of database time left until the deadline, then; null without one. */
  readonly deadlineInMs: number | null;
  /** Ms of database time that it had been due, and that it had existed, when it was claimed. */
  readonly dueForMs: number;
  readonly ageMs: number;
  readonly cancelRequested: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly traceParent: string | null;
  /** How often something came in for it until now. */
  readonly pokes: number;
  /** UUID of the operation that called this one, which is told when it ends. */
  readonly parentUuid: string | null;
  /** True once a compensation was registered: it must be undone before it ends without success. */
  readonly compensates: boolean;
}

/** How an attempt ended, in the words of the lifecycle table. */
export type Settlement =
  | { readonly event: 'succeed'; readonly result: JsonText | null }
  | { readonly event: 'retry'; readonly error: OperationError; readonly delayMs: number }
  | { readonly event: 'fail'; readonly error: OperationError }
  | { readonly event: 'yield-canceled'; readonly error: OperationError }
  | {
      readonly event: 'suspend';
      /** Null hands the operation back, due at once: a drain. */
      readonly waiting: { readonly reason: WaitingReason; readonly name: string | null } | null;
      /** Null waits for a poke without end. */
      readonly delayMs: number | null;
      /** The count of pokes the worker has seen: one that came later makes the operation due at once. */
      readonly pokes?: number;
    };

/** A settlement together with the claim it is made under. */
export interface SettlementRequest {
  readonly uuid: string;
  readonly shard: number;
  readonly fence: number;
  readonly settlement: Settlement;
}
