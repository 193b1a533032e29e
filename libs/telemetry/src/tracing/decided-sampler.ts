import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { decisionIn } from './decision.js';

/**
 * Follows a decision that was made elsewhere. The attempts of an operation are roots of traces of their own, hours
 * later and in other processes, so no parent carries the decision of the creation to them; it is stored with the
 * operation, and they bring it along. Without one, the sampler that the environment names decides.
 */
export class DecidedSampler implements Sampler {
  constructor(private readonly others: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const kept = decisionIn(context);
    if (kept === undefined) return this.others.shouldSample(context, traceId, name, kind, attributes, links);
    return { decision: kept ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
  }

  toString(): string {
    return `Decided{${this.others.toString()}}`;
  }
}
