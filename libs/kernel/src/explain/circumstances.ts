import type { Micros, PastAttempt, PastRequest, PastStep } from '../operation/history.js';
import type { Operation } from '../operation/operation.js';
import type { StepId } from '../operation/step.js';

/** Where an operation stands, or would stand, among those that are due: what the queue is ordered by. */
export interface QueuePlace {
  readonly type: string;
  /** The type in its version: see `laneOf`. */
  readonly lane: string;
  /** The negative of the priority: the least comes first. */
  readonly rank: number;
  readonly runAt: Micros;
  readonly shard: number;
  readonly uuid: string;
}

/** The right under which a running operation is held. */
export interface HeldLease {
  readonly workerId: string;
  /** Name of the worker, and its times; null when its row is gone. */
  readonly worker: { readonly name: string; readonly renewedAt: Date; readonly leaseUntil: Date } | null;
  /** By the database's clock, or because the worker was declared lost or is gone. */
  readonly isOver: boolean;
}

/** A wait that is not over, or a step whose start was recorded and whose end was not. */
export interface OpenStep extends PastStep {
  readonly childUuid: string | null;
}

/** A claim that ended without success; the worker is known when it was lost. */
export interface EndedAttempt extends PastAttempt {
  readonly workerId: string | null;
  /** Null when nobody knows that worker any more. */
  readonly workerName: string | null;
}

/** All that tells of one operation why it is where it is, as of one moment. Lists hold the newest, oldest first. */
export interface Circumstances {
  readonly operation: Operation;
  /** That moment, by the database. */
  readonly asOf: Date;
  readonly place: QueuePlace;
  /** Its time has come; one that waits for an event may say so, too. */
  readonly isDue: boolean;
  /** Version of its type; null where versions are not told apart. */
  readonly typeVersion: string | null;
  readonly fence: number;
  readonly lost: number;
  readonly maxLost: number;
  /** Something is registered that must be undone before it ends without success. */
  readonly compensates: boolean;
  /** It has failed, and what it did is being undone. */
  readonly isUndoing: boolean;
  readonly isChild: boolean;
  readonly claimedAt: Date | null;
  /** Null unless it is running. */
  readonly lease: HeldLease | null;
  readonly openSteps: readonly OpenStep[];
  readonly latestStep: (StepId & { readonly finishedAt: Micros }) | null;
  readonly attempts: readonly EndedAttempt[];
  readonly resumes: readonly { readonly requestedAt: Micros; readonly reason: string | null }[];
  readonly requests: RequestsSeen;
}

/** What is written down of the requests for an operation. */
export interface RequestsSeen {
  /** False when the create said nothing worth a row: it is told by the operation's own. */
  readonly createdIsWritten: boolean;
  /** Rows there are, counted up to `EXPLAIN_LIMITS.requestsCounted` + 1. */
  readonly written: number;
  /** The newest; or, when one was asked for, that one or none. */
  readonly rows: readonly PastRequest[];
}

/** Who could run an operation that is due, and what comes before it. Counts everybody's operations and names none. */
export interface LaneTraffic {
  /** Due operations in front of it in its lane, counted as far as was asked. */
  readonly ahead: number;
  /** Workers that renew their leases. */
  readonly live: number;
  /** Those of them that know its type, in any version. */
  readonly knowType: number;
  /** Those of them that know it in its version, counted up to `EXPLAIN_LIMITS.workers`. */
  readonly knowLane: number;
  /** What these can run at once, and run now. */
  readonly slots: number;
  readonly held: number;
  /** Lanes of its type that somebody knows. */
  readonly lanes: readonly string[];
}

/** How far an explanation looks, so that it costs the same whatever is in the tables. */
export const EXPLAIN_LIMITS = {
  ahead: 1_000,
  /** The same where several tenants share the queue: that there are some, and not how many others have (CONTRACT I8). */
  aheadOfOthers: 1,
  /** Workers whose slots are counted, and operations looked at for each. */
  workers: 20,
  claimsEach: 1_000,
  openSteps: 20,
  attempts: 50,
  resumes: 20,
  requests: 20,
  /** Requests that can be asked for by their number. */
  requestsCounted: 1_000,
} as const;
