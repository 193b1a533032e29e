import { onlyLine, type Field } from './field.js';
import { parseStructuredItem, type BareItem, type StructuredItem } from './structured-item.js';

/** Why a client says that it repeats a request (CONTRACT §3). Any other word is dropped, so that metrics stay bounded. */
export const RETRY_REASONS = [
  'timeout',
  'connection-reset',
  'server-error',
  'throttled',
  'unknown-outcome',
  'user',
] as const;
export type RetryReason = (typeof RETRY_REASONS)[number];

export type HintSource = 'idempotency-attempt' | 'aws' | 'stainless' | 'grpc';

/** What a client says of its own retries: advice for logs, spans and metrics, never a reason to act. */
export interface ClientHints {
  /** From 1: the first try is attempt 1, whatever the source counts from. */
  readonly attempt?: number;
  /** Attempts the client is ready to make in all. */
  readonly max?: number;
  readonly reason?: RetryReason;
  readonly firstSent?: Date;
  readonly source: HintSource;
}

export type RequestHeaders = Readonly<Record<string, Field>>;

/** Far more than any client makes, and an `integer` of PostgreSQL. */
const ATTEMPTS_MAX = 1_000_000;

/** Start of the year 10000: later ones cannot be written as RFC 3339. */
const SECONDS_END = 253_402_300_800;

/** Longest field that is looked at. */
const FIELD_LENGTH_MAX = 512;

/**
 * The hints of a request, its header names in lower case. Our own field counts first, then those of the AWS SDKs, the
 * Stainless SDKs and gRPC (proposal A6). A malformed field counts as absent; null when nothing is left.
 */
export function parseClientHints(headers: RequestHeaders): ClientHints | null {
  return (
    read(headers, 'idempotency-attempt', ownHints) ??
    read(headers, 'amz-sdk-request', awsHints) ??
    read(headers, 'x-stainless-retry-count', (line) => countedHints(line, 'stainless')) ??
    read(headers, 'grpc-previous-rpc-attempts', (line) => countedHints(line, 'grpc'))
  );
}

type Reading = (line: string) => ClientHints | null;

function read(headers: RequestHeaders, name: string, reading: Reading): ClientHints | null {
  const field = headers[name];
  if (field === undefined) return null;
  const line = onlyLine(field);
  return line === null || line.length > FIELD_LENGTH_MAX ? null : reading(line);
}

/** `3;max=5;reason=timeout;first-sent=@1767225600`: the number must be right, a parameter that is not is left out. */
function ownHints(line: string): ClientHints | null {
  const field = parseStructuredItem(line);
  const attempt = field && countOf(field.item);
  if (!attempt) return null;
  const max = countOf(field.parameters.get('max'));
  const reason = reasonOf(field);
  const firstSent = dateOf(field.parameters.get('first-sent'));
  return {
    attempt,
    ...(max ? { max } : {}),
    ...(reason ? { reason } : {}),
    ...(firstSent ? { firstSent } : {}),
    source: 'idempotency-attempt',
  };
}

function countOf(item: BareItem | undefined): number | null {
  return item?.kind === 'integer' ? attempts(item.value) : null;
}

function reasonOf(field: StructuredItem): RetryReason | undefined {
  const item = field.parameters.get('reason');
  return item?.kind === 'token' ? RETRY_REASONS.find((reason) => reason === item.value) : undefined;
}

function dateOf(item: BareItem | undefined): Date | null {
  return item?.kind === 'date' && item.value >= 0 && item.value < SECONDS_END ? new Date(item.value * 1000) : null;
}

/** `ttl=20260101T000000Z; attempt=2; max=3`: pairs in any order, of which two are of interest. */
function awsHints(line: string): ClientHints | null {
  const pairs = new Map<string, string>();
  for (const part of line.split(';')) {
    const pair = /^ *([A-Za-z-]+) *= *([^ =]+) *$/.exec(part);
    if (!pair) return null;
    pairs.set(pair[1] as string, pair[2] as string);
  }
  const attempt = numberOf(pairs.get('attempt'), 0);
  const max = numberOf(pairs.get('max'), 0);
  return attempt === null ? null : { attempt, ...(max === null ? {} : { max }), source: 'aws' };
}

/** Both count what came before this attempt. */
function countedHints(line: string, source: HintSource): ClientHints | null {
  const attempt = numberOf(line, 1);
  return attempt === null ? null : { attempt, source };
}

function numberOf(text: string | undefined, offset: number): number | null {
  return text !== undefined && /^\d{1,7}$/.test(text) ? attempts(Number(text) + offset) : null;
}

function attempts(count: number): number | null {
  return count >= 1 && count <= ATTEMPTS_MAX ? count : null;
}
