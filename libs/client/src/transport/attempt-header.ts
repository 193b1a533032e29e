import type { RetryReason } from './retry-reason.js';

/** What a request says of the ones before it. */
export interface AttemptHint {
  /** From 1. */
  readonly number: number;
  readonly max: number;
  /** Why it is sent again; undefined for the first. */
  readonly reason: RetryReason | undefined;
  /** When the first one was sent, in ms since 1970. */
  readonly firstSentMs: number;
}

/** The structured-field Item of `Idempotency-Attempt` (RFC 9651): `3;max=5;reason=timeout;first-sent=@1767225600`. */
export function attemptHeader({ number, max, reason, firstSentMs }: AttemptHint): string {
  const limit = Number.isFinite(max) ? `;max=${Math.max(max, number)}` : '';
  const why = reason === undefined ? '' : `;reason=${reason}`;
  return `${number}${limit}${why};first-sent=@${Math.floor(firstSentMs / 1000)}`;
}
