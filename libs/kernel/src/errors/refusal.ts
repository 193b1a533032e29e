import type { Status } from '../lifecycle/status.js';
import { ERROR_CATALOGUE, type ErrorSlug } from './catalogue.js';

/** One thing that is wrong with a body: where (RFC 6901 JSON pointer) and what, never the value itself. */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
}

export interface RefusalContext {
  /** TypeID of the operation the refusal is about. */
  readonly operationId?: string;
  /** Its type, where it is still known: for spans, and not a part of the problem. */
  readonly operationType?: string | undefined;
  readonly operationStatus?: Status;
  readonly purgedAt?: Date;
  /** JSON pointers at which the request differs from the one the key was used for. */
  readonly mismatch?: readonly string[];
  readonly errors?: readonly Violation[];
  /** Whole seconds after which a retry is worth while. */
  readonly retryAfterSeconds?: number;
  /** The failed operation's own error, for the result of a failed operation. */
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * A request was refused for a reason from the catalogue. `message` is the sentence for this case; the catalogue gives
 * everything that does not change from case to case.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly slug: ErrorSlug,
    detail?: string,
    readonly context: RefusalContext = {},
    options?: ErrorOptions,
  ) {
    super(detail ?? ERROR_CATALOGUE[slug].title, options);
  }
}

/** `instanceof` fails when two copies of the package are installed; the name does not. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal' && 'slug' in error;
}
