import type { CallFacts } from '../errors/call-facts.js';
import type { HoldfastError } from '../errors/holdfast-error.js';
import { problemError } from '../errors/problem-errors.js';
import { UnreachableError } from '../errors/unreachable-error.js';
import { asProblem, type Problem, slugOf } from '../wire/problem.js';
import { retryAfterMs } from './retry-after.js';
import type { RetryReason } from './retry-reason.js';

/** A try that did not bring what was asked for. */
export interface Fault {
  /** What the next try will give as its reason. */
  readonly reason: RetryReason;
  /** Is another try worth while, without anybody having to change anything? */
  readonly retryable: boolean;
  /** The least wait before it, as the service asked; 0 when it did not ask. */
  readonly waitMs: number;
  /** Does it count against the health of the service? */
  readonly isOutage: boolean;
  /** The error for the caller when this was the last try. */
  readonly error: (facts: CallFacts) => HoldfastError;
}

/** Refusals of the request in the words of HTTP that stand for «not now». A 5xx is one too, but 501 says «never». */
const NOT_NOW: readonly number[] = [408, 425, 429];
/** The one conflict that passes by itself: the first request with this key has not been decided yet. */
const IN_FLIGHT = 'idempotency-key-in-flight';

/** The fault in an answer with a status of 400 or more. */
export function refusedFault(response: Response, body: unknown, nowMs: number): Fault {
  const { status, headers } = response;
  const problem = asProblem(body);
  const passes = NOT_NOW.includes(status) || (status >= 500 && status !== 501);
  const isInFlight = problem !== null && slugOf(problem) === IN_FLIGHT;
  return {
    reason: reasonOf(status, isInFlight),
    // Who knows the request better than the service: where it says that a repeat is in vain, it is.
    retryable: (passes || isInFlight) && (problem === null || (problem.retryable && problem.safeToRetryWithSameKey)),
    waitMs: retryAfterMs(headers, nowMs) ?? 0,
    isOutage: status >= 500 && status !== 501,
    error: (facts) => problemError(problem ?? strangerProblem(response, passes), facts),
  };
}

/** The fault of a request that got no answer, or only a part of one. */
export function silentFault(reason: 'timeout' | 'connection-reset' | 'unknown-outcome', cause: unknown): Fault {
  const message = {
    timeout: 'The service did not answer in time.',
    'connection-reset': 'The connection to the service could not be made, or broke.',
    'unknown-outcome': 'The answer was not one of the service: something in between may have made it.',
  }[reason];
  return {
    reason,
    retryable: true,
    waitMs: 0,
    isOutage: true,
    error: (facts) => new UnreachableError(message, reason, facts, { cause }),
  };
}

function reasonOf(status: number, isInFlight: boolean): RetryReason {
  if (isInFlight) return 'unknown-outcome';
  if (status === 429) return 'throttled';
  return status === 408 ? 'timeout' : 'server-error';
}

/** What a proxy, a gateway or another server answered, in the shape of our own refusals. */
function strangerProblem({ status, statusText, url }: Response, retryable: boolean): Problem {
  const isElsewhere = status === 0 || (status >= 300 && status < 400);
  const message = isElsewhere
    ? 'The service is said to be elsewhere: give its own URL as baseUrl.'
    : `Something that is not Holdfast answered ${status}${statusText ? ` ${statusText}` : ''}.`;
  return {
    type: 'about:blank',
    title: message,
    status,
    detail: message,
    instance: url,
    error: { code: `http_${status}`, message },
    retryable,
    safeToRetryWithSameKey: true,
  };
}
