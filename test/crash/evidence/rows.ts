/** Rows of the database, with as much of each as the checker looks at. Ids are UUIDs. */
export interface OperationRow {
  readonly uuid: string;
  readonly tenant: string;
  readonly key: string;
  readonly type: string;
  readonly status: string;
  readonly version: number;
  readonly fence: number;
  readonly attempt: number;
  readonly lost: number;
  /** How often somebody has told it to look again: signals, and children that ended. */
  readonly pokes: number;
  readonly request: {
    readonly input: Readonly<Record<string, unknown>>;
    readonly delayMs?: number;
    readonly deadline?: string;
  };
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: { readonly code: string } | null;
  /** The operation that called it; null for what a client created. */
  readonly parent: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly cancel_requested_at: Date | null;
}

export interface KeyRow {
  readonly tenant: string;
  readonly key: string;
  readonly uuid: string;
  readonly purged: boolean;
  /** Status in which a purged one had ended; null for what is there. */
  readonly final_status: string | null;
}

/** What is left of an operation that was erased. */
export interface TombstoneRow {
  readonly uuid: string;
  readonly tenant: string;
  readonly final_status: string;
}

export interface StepRow {
  readonly uuid: string;
  readonly kind: string;
  readonly name: string;
  readonly ordinal: number;
  readonly finished: boolean;
  readonly output: unknown;
  /** Signal that it has taken; null for none. */
  readonly sequence: number | null;
}

/** An attempt that ended without success. */
export interface AttemptRow {
  readonly uuid: string;
  readonly fence: number;
  readonly number: number;
  readonly worker: string | null;
  readonly outcome: string;
  readonly error: { readonly message: string } | null;
}

export interface ResumeRow {
  readonly uuid: string;
  /** Of the operation, when it had been resumed. */
  readonly version: number;
  readonly key: string | null;
  /** How it had failed. */
  readonly error: { readonly code: string } | null;
  readonly cancel_requested_at: Date | null;
}

export interface SignalRow {
  readonly uuid: string;
  readonly sequence: number;
  readonly name: string;
  readonly key: string;
  readonly payload: unknown;
}

/** What a transaction of a handler has written. */
export interface BookedRow {
  readonly operation: string;
  readonly step: string;
  readonly token: string;
}
