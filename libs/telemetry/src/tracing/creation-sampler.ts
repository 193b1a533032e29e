import { type Attributes, type Context, type Link, type SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { ATTRIBUTES } from '../names/attributes.js';

/**
 * Keeps the trace of an attempt when that of its operation's creation was kept, and only then. Attempts are roots of
 * traces of their own, hours later and in another process, so no parent carries the decision to them: their first link
 * does, because the flags of the creation are stored with the operation. Everything else is up to the sampler that the
 * environment names.
 */
export class CreationSampler implements Sampler {
  constructor(private readonly others: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const [first] = links;
    const follows = first?.attributes?.[ATTRIBUTES.linkRole] === 'creation' && !trace.getSpanContext(context);
    if (!first || !follows) return this.others.shouldSample(context, traceId, name, kind, attributes, links);
    const kept = (first.context.traceFlags & TraceFlags.SAMPLED) !== 0;
    return { decision: kept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `Creation{${this.others.toString()}}`;
  }
}
