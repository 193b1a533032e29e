import {
  type Attributes,
  type Context,
  context,
  INVALID_SPANID,
  INVALID_TRACEID,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { type IdGenerator, type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import type { SpanLimits } from './limits.js';
import { type EndedSpans, OtlpSpan, type SpanStart } from './otlp-span.js';
import type { SpanClock } from './span-clock.js';

const NO_ATTRIBUTES: Attributes = {};
const NO_LINKS: Link[] = [];

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
    const { root = false, kind = SpanKind.INTERNAL } = options;
    const parent = root ? undefined : parentIn(within);
    const basis = root ? trace.deleteSpan(within) : within;
    const own = this.place(parent, basis, name, { ...options, kind });
    return isRecorded(own) ? this.record({ name, kind, context: own, parent }, options) : trace.wrapSpanContext(own);
  }

  /** A span, or no more than its place in the trace when nobody records it: then its name is not even asked for. */
  startIfKept(kind: SpanKind, within: Context, name: () => string): Span | SpanContext {
    const parent = parentIn(within);
    // No sampler of the environment looks at names.
    const own = this.place(parent, within, '', { kind });
    return isRecorded(own) ? this.record({ name: name(), kind, context: own, parent }, {}) : own;
  }

  startActiveSpan<Work extends (span: Span) => unknown>(name: string, ...rest: unknown[]): ReturnType<Work> {
    const work = rest.pop() as Work;
    const [options, within = context.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, within);
    return context.with(trace.setSpan(within, span), () => work(span) as ReturnType<Work>);
  }

  /** The ids of a span to be, with the sampler's decision in the flags. */
  private place(parent: SpanContext | undefined, within: Context, name: string, options: SpanOptions): SpanContext {
    const { ids, sampler } = this.parts;
    const { kind = SpanKind.INTERNAL, attributes = NO_ATTRIBUTES, links = NO_LINKS } = options;
    const spanId = ids.generateSpanId();
    const traceId = parent?.traceId ?? ids.generateTraceId();
    const { decision } = sampler.shouldSample(within, traceId, name, kind, attributes, links);
    const traceFlags = decision === SamplingDecision.RECORD_AND_SAMPLED ? TraceFlags.SAMPLED : TraceFlags.NONE;
    return parent?.traceState
      ? { traceId, spanId, traceFlags, traceState: parent.traceState }
      : { traceId, spanId, traceFlags };
  }

  private record(begun: SpanStart, { attributes, links, startTime }: SpanOptions): OtlpSpan {
    const { clock, limits, ended } = this.parts;
    const span = new OtlpSpan(begun, startTime, clock, limits, ended);
    if (attributes) span.setAttributes(attributes);
    if (links) span.addLinks(links);
    return span;
  }
}

function parentIn(within: Context): SpanContext | undefined {
  const above = trace.getSpanContext(within);
  return above && above.traceId !== INVALID_TRACEID && above.spanId !== INVALID_SPANID ? above : undefined;
}

function isRecorded({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
