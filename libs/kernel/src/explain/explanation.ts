import type { LifecycleEvent } from '../lifecycle/table.js';
import type { Status } from '../lifecycle/status.js';
import type { Operation } from '../operation/operation.js';
import type { ReasonCode, ReasonData } from './reasons.js';
import type { RequestCode, RetryCode } from './repeats.js';

/** One reason: a stable code for machines, a sentence for people, and the facts of that sentence. */
export type Reason = {
  readonly [Code in ReasonCode]: { readonly code: Code; readonly detail: string; readonly data: ReasonData<Code> };
}[ReasonCode];

/** What moves the operation next. */
export interface NextMove {
  /** Event of the lifecycle table; null when it is for the handler to say which. */
  readonly event: LifecycleEvent | null;
  /** When, by the database's clock; null when nobody can know. */
  readonly at: Date | null;
  readonly detail: string;
}

/** Why there was another attempt. */
export interface RetryExplained {
  readonly code: RetryCode;
  readonly detail: string;
  /** Number of the attempt that this is about, from 2. */
  readonly attempt: number;
  /** The attempt before it, and how that ended. */
  readonly after: {
    readonly attempt: number;
    readonly startedAt: Date;
    readonly endedAt: Date;
    readonly error: { readonly code: string; readonly message: string; readonly effect: string } | null;
    /** Who lost the lease; null when no lease was lost. */
    readonly worker: { readonly id: string; readonly name: string | null } | null;
  };
  /** When it began, or is due; null when only a later claim of it is known. */
  readonly at: Date | null;
  /** Milliseconds between the end of the one and the begin of the other. */
  readonly delayMs: number | null;
}

/** Why a request was answered as it was. */
export interface RequestExplained {
  /** Its place among the requests for the operation, from 1; null past those that are counted. */
  readonly number: number | null;
  readonly code: RequestCode;
  readonly detail: string;
  readonly at: Date;
  /** What the client said of its own retries. */
  readonly attempt: number | null;
  readonly max: number | null;
  readonly reason: string | null;
  readonly traceId: string | null;
}

/** Why an operation is where it is. Derived anew each time; nothing of it is stored. */
export interface Explanation {
  readonly operationId: string;
  readonly status: Status;
  readonly asOf: Date;
  /** The sentence of the first reason. */
  readonly summary: string;
  /** The decisive one first. */
  readonly reasons: readonly Reason[];
  /** Null for an operation that does not move any more. */
  readonly next: NextMove | null;
  readonly retries: readonly RetryExplained[];
  readonly requests: readonly RequestExplained[];
}

/** Children that an operation waits for, by UUID: read after the operation itself. */
export type Children = ReadonlyMap<string, Pick<Operation, 'id' | 'type' | 'status'>>;
