import { onlyLine, type Field } from './field.js';

/** The caller's position in its trace (W3C Trace Context level 1). */
export interface TraceParent {
  /** 32 hexadecimal digits in lower case. */
  readonly traceId: string;
  /** 16 hexadecimal digits in lower case. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** The same as a field of version 00, 55 characters, to be stored and sent on. */
  readonly text: string;
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const VERSION = '00';
const INVALID_VERSION = 'ff';
const SAMPLED = 0x01;

/**
 * Reads a `traceparent` field; null when it is absent, repeated or malformed, has an id of zeros, or the version ff.
 * Of a later version the part that version 00 defines is read (Trace Context §4.3), and unknown flags are dropped.
 */
export function parseTraceParent(field: Field): TraceParent | null {
  const match = TRACE_PARENT.exec(onlyLine(field) ?? '');
  if (!match) return null;
  const [line, version, traceId = '', spanId = '', flags = '', rest] = match;
  if (version === INVALID_VERSION || isZero(traceId) || isZero(spanId)) return null;
  if (version === VERSION && rest !== undefined) return null;
  const sampled = (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED;
  const text = version === VERSION ? line : `${VERSION}-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
  return { traceId, spanId, sampled, text };
}

/** `00-<trace id>-<span id>-<flags>`; what is stored was read by {@link parseTraceParent} before. */
const STORED_LENGTH = 55;
const LETTER_A = 0x61;

/**
 * Whether somebody records the trace that a stored `traceparent` belongs to: with its flag unset, it is nowhere to be
 * found. Asked for every item of every batch, hence by one character.
 */
export function isKept(traceParent: string | null): boolean {
  if (traceParent?.length !== STORED_LENGTH) return false;
  const digit = traceParent.charCodeAt(STORED_LENGTH - 1);
  // The letters a to f, unlike the digits, have character codes whose last bit is not that of their value.
  return ((digit >= LETTER_A ? digit - 1 : digit) & SAMPLED) !== 0;
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
