/** What is known of a call when it ends with an error. */
export interface CallFacts {
  /** Key of the request: calling again with it cannot do anything twice. Null for calls that only read. */
  readonly key: string | null;
  /** Requests that were sent. */
  readonly attempts: number;
}

/** Before anything was sent. */
export const NO_FACTS: CallFacts = { key: null, attempts: 0 };
