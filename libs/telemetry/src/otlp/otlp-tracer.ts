import {
  type Context,
  context,
  INVALID_SPANID,
  INVALID_TRACEID,
  type Span,
  SpanKind,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { type IdGenerator, type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import type { SpanLimits } from './limits.js';
import { type EndedSpans, OtlpSpan } from './otlp-span.js';
import type { SpanClock } from './span-clock.js';

/** What a tracer makes its spans with. */
export interface TracerParts {
  readonly ids: IdGenerator;
  readonly sampler: Sampler;
  readonly clock: SpanClock;
  readonly limits: SpanLimits;
  readonly ended: EndedSpans;
}

/**
 * Makes our spans. It decides whether a span is recorded before there is one, so that what is sampled away costs its
 * ids and no more; the SDK's tracer copies attributes and links first, in case a sampler wants to look at them.
 */
export class OtlpTracer implements Tracer {
  constructor(private readonly parts: TracerParts) {}

  startSpan(name: string, options: SpanOptions = {}, within: Context = context.active()): Span {
    const { ids, sampler, clock, limits, ended } = this.parts;
    const { root = false, kind = SpanKind.INTERNAL, attributes, links, startTime } = options;
    const above = root ? undefined : trace.getSpanContext(within);
    const parent = above && above.traceId !== INVALID_TRACEID && above.spanId !== INVALID_SPANID ? above : undefined;
    const spanId = ids.generateSpanId();
    const traceId = parent?.traceId ?? ids.generateTraceId();
    const basis = root ? trace.deleteSpan(within) : within;
    const { decision } = sampler.shouldSample(basis, traceId, name, kind, attributes ?? {}, links ?? []);
    const kept = decision === SamplingDecision.RECORD_AND_SAMPLED;
    const traceFlags = kept ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const own = parent?.traceState
      ? { traceId, spanId, traceFlags, traceState: parent.traceState }
      : { traceId, spanId, traceFlags };
    if (!kept) return trace.wrapSpanContext(own);
    const span = new OtlpSpan({ name, kind, context: own, parent }, startTime, clock, limits, ended);
    if (attributes) span.setAttributes(attributes);
    if (links) span.addLinks(links);
    return span;
  }

  startActiveSpan<Work extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<Work> {
    const work = rest.pop() as Work;
    const [options, within = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, within);
    return context.with(trace.setSpan(within, span), () => work(span) as ReturnType<Work>);
  }
}
