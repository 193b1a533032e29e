import { type Context, ROOT_CONTEXT, type SpanContext, trace, TraceFlags } from '@opentelemetry/api';

/** `00-<trace id>-<span id>-<flags>`; what is stored was validated before. */
const TEXT_LENGTH = 55;
const SAMPLED_FLAG = 0x01;
const LETTER_A = 0x61;

/** The span context that a stored `traceparent` of version 00 names; null for none. */
export function spanContextOf(traceParent: string | null): SpanContext | null {
  if (traceParent?.length !== TEXT_LENGTH) return null;
  return {
    traceId: traceParent.slice(3, 35),
    spanId: traceParent.slice(36, 52),
    traceFlags: isKept(traceParent) ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
}

/** Whether the trace of this `traceparent` is recorded. Asked for every item of every batch, hence by one character. */
export function isKept(traceParent: string | null): boolean {
  if (traceParent?.length !== TEXT_LENGTH) return false;
  const digit = traceParent.charCodeAt(TEXT_LENGTH - 1);
  // The letters a to f, unlike the digits, have character codes whose last bit is not that of their value.
  return ((digit >= LETTER_A ? digit - 1 : digit) & SAMPLED_FLAG) !== 0;
}

/** The context as a W3C `traceparent` of version 00. */
export function traceParentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`;
}

/** A context to start spans in whose parent is what the text names; the root when it names nothing. */
export function contextUnder(traceParent: string | null): Context {
  const parent = spanContextOf(traceParent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
