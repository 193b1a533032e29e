import { type Context, ROOT_CONTEXT, type SpanContext, trace, TraceFlags } from '@opentelemetry/api';
import { isKept } from '@holdfast/kernel';

/** `00-<trace id>-<span id>-<flags>`; what is stored was validated before. */
const TEXT_LENGTH = 55;

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

/** The same, null also for what nobody records: a link to that would lead nowhere. */
export function recordedContextOf(traceParent: string | null): SpanContext | null {
  return isKept(traceParent) ? spanContextOf(traceParent) : null;
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
