import { type CallFacts, NO_FACTS } from './call-facts.js';

/** What all errors of this client have in common. */
export abstract class HoldfastError extends Error {
  /** The catalogue's code with `_`, or one of this client's own: `unreachable`, `circuit_open`, `wait_timeout`. */
  abstract readonly code: string;
  /** May the very same call succeed later? If so, it is safe with the same key. */
  abstract readonly retryable: boolean;
  /** The operation this is about, where one is known. */
  readonly operationId: string | undefined = undefined;
  /** Key of the request: calling again with it cannot do anything twice. Null for calls that have none. */
  readonly key: string | null;
  /** Requests that were sent. */
  readonly attempts: number;

  constructor(message: string, { key, attempts }: CallFacts = NO_FACTS, options?: ErrorOptions) {
    super(message, options);
    this.key = key;
    this.attempts = attempts;
  }
}
