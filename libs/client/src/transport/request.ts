/** A call as it goes over the wire; the same on every try. */
export interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, encoded. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; undefined for none. */
  readonly body?: unknown;
  /** Idempotency key of what is asked for; null when it is sent without one but may be repeated. */
  readonly key: string | null;
  /** How long the service may hold the answer back, in seconds (`Prefer: wait`). */
  readonly waitSeconds?: number;
}

/** A whole answer that is no refusal. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}
