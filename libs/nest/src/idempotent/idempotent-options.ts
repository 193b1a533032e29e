import { SetMetadata } from '@nestjs/common';

/**
 * How a route is executed once for each key. `Request` is the framework's: `FastifyRequest`, or Express's `Request`.
 */
export interface IdempotentOptions<Request = unknown> {
  /**
   * Whose keys these are: a user or tenant that a guard has put on the request. Two scopes never meet, so nobody is
   * given somebody else's answer. `everyone` only where all callers may see all answers.
   */
  readonly scope: 'everyone' | ((request: Request) => string);
  /** Whether a request without a key is refused, or executed as if there were no keys (`required`). */
  readonly key?: 'required' | 'optional';
  /** What a repeat meets while the first one is executed: 409 at once, or its answer (`reject`). */
  readonly inFlight?: 'reject' | 'wait';
  /** How long `wait` waits before it is 409 after all, in ms (10 s). */
  readonly waitMs?: number;
  /**
   * What a repeat meets when the process died in the middle, one lease later: it is executed again, or it is told that
   * the outcome is unknown (`rerun`). With `transaction` there is no such middle.
   */
  readonly onCrash?: 'rerun' | 'report';
  /**
   * Commits the answer together with what the route writes through `@TransactionManager()`: true for the application's
   * default TypeORM data source, or the name of another one, of the database that Holdfast uses.
   */
  readonly transaction?: boolean | string;
  /** Also keeps answers with a status of 4xx; otherwise a repeat is executed (false). 5xx is never kept. */
  readonly keepClientErrors?: boolean;
  /** How long an answer is replayed, in ms, from the beginning of its request (24 h). */
  readonly windowMs?: number;
  /** Header fields that are replayed, beside `content-type` and `location`. */
  readonly headers?: readonly string[];
  /** Largest body that is kept, in bytes (1 MiB). What is larger, and every stream, is sent and not kept. */
  readonly maxBytes?: number;
  /** What must be the same in a repeat, beside method and path; the query and the parsed body when absent. */
  readonly fingerprint?: (request: Request) => unknown;
}

const OPTIONS = 'holdfast:idempotent';

/** Notes on a method of a controller what its decorator was told. */
export function tellIdempotent(options: IdempotentOptions<never>): MethodDecorator {
  return SetMetadata(OPTIONS, options);
}

/** What was noted on a method. */
export function idempotentOptionsOf(method: object): IdempotentOptions {
  return Reflect.getMetadata(OPTIONS, method) as IdempotentOptions;
}
