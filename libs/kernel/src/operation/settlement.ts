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
  /** Milliseconds of database time left until the deadline; null without one. */
  readonly deadlineInMs: number | null;
  readonly cancelRequested: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly traceParent: string | null;
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
      readonly delayMs: number;
    };

/** A settlement together with the claim it is made under. */
export interface SettlementRequest {
  readonly uuid: string;
  readonly shard: number;
  readonly fence: number;
  readonly settlement: Settlement;
}
