/** The five words an operation's status can be. No further terminal word will ever be added (CONTRACT §2). */
export type Status = 'pending' | 'running' | 'succeeded' | 'failed' | 'canceled';
/** Statuses at which a wait ends. */
export type TerminalStatus = 'succeeded' | 'failed' | 'canceled';

const TERMINAL: readonly Status[] = ['succeeded', 'failed', 'canceled'];

/** Will the operation stay as it is, unless somebody resumes it? */
export function isTerminal(operation: Pick<Operation, 'status'>): boolean {
  return TERMINAL.includes(operation.status);
}

/** Why an operation failed or was canceled. */
export interface OperationError {
  readonly code: string;
  readonly message: string;
  /** True when another attempt could have succeeded: the attempts were spent, not the request wrong. */
  readonly retryable: boolean;
  /** What is known about effects outside. */
  readonly effect: 'none' | 'applied' | 'unknown';
  readonly details?: unknown;
}

export interface AttemptSummary {
  /** 1 with the first claim; never restarts. */
  readonly number: number;
  readonly max: number;
  readonly nextAt: string | null;
  readonly lastError: OperationError | null;
}

/** Why a pending operation is not running. */
export interface Waiting {
  readonly reason: 'retry' | 'schedule' | 'timer' | 'signal' | 'child';
  readonly until: string | null;
  readonly name?: string;
}

/** One durable operation as it is now. Instants are RFC 3339 text in UTC. */
export interface Operation<Result = unknown> {
  readonly id: string;
  readonly type: string;
  readonly status: Status;
  readonly attempt: AttemptSummary;
  readonly waitingFor: Waiting | null;
  readonly progress: Readonly<Record<string, unknown>> | null;
  /** Only when succeeded: what the handler returned. */
  readonly result?: Result;
  /** Only when failed or canceled. */
  readonly error?: OperationError;
  readonly idempotency: { readonly key: string; readonly honoredUntil: string | null };
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly updatedAt: string;
  readonly finishedAt: string | null;
  readonly expiresAt: string | null;
  readonly cancelRequestedAt: string | null;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly traceId: string | null;
  readonly links: Readonly<Record<'self' | 'result' | 'cancel' | 'resume' | 'explain', string>> & {
    /** Its trace, where the service knows a place for traces. */
    readonly trace?: string;
  };
}
