import type { Status } from './operation.js';

/** Why an operation is where it is, as of one moment. New codes may be added; `detail` is a sentence for a person. */
export interface Explanation {
  readonly operationId: string;
  readonly status: Status;
  /** That moment, by the database. */
  readonly asOf: string;
  /** The sentence of the first reason. */
  readonly summary: string;
  /** The decisive one first. */
  readonly reasons: readonly {
    readonly code: string;
    readonly detail: string;
    readonly data: Readonly<Record<string, unknown>>;
  }[];
  /** What moves it next; null when nothing does any more. */
  readonly next: { readonly event: string | null; readonly at: string | null; readonly detail: string } | null;
  /** Why there were further attempts: the newest, in order. */
  readonly retries: readonly {
    readonly code: string;
    readonly detail: string;
    readonly attempt: number;
    readonly after: Readonly<Record<string, unknown>>;
    readonly at: string | null;
    readonly delayMs: number | null;
  }[];
  /** Why requests were answered as they were: the newest, in order. */
  readonly requests: readonly {
    readonly number: number | null;
    readonly code: string;
    readonly detail: string;
    readonly at: string;
    readonly attempt: number | null;
    readonly max: number | null;
    readonly reason: string | null;
    readonly traceId: string | null;
  }[];
}
