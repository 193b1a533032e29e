import type { SpanContext } from '@opentelemetry/api';
import { systemClock } from '@holdfast/kernel';
import { spanLimitsOf } from '../otlp/limits.js';
import type { OtlpSpan } from '../otlp/otlp-span.js';
import { OtlpTracer } from '../otlp/otlp-tracer.js';
import { RandomIds } from '../otlp/random-ids.js';
import { SpanClock } from '../otlp/span-clock.js';
import { ChosenIds } from './chosen-ids.js';
import { DecidedSampler } from './decided-sampler.js';
import { samplerOf } from './sampler-of.js';
import { type Tracing, tracingBy } from './tracing.js';

export interface Recording {
  readonly tracing: Tracing;
  /** What would be sent, in the order in which it ended. */
  readonly ended: readonly OtlpSpan[];
}

/** Our own spans made as in a service whose callers decide what is kept, and held instead of sent. */
export function record(): Recording {
  const ended: OtlpSpan[] = [];
  const tracer = new OtlpTracer({
    ids: new ChosenIds(new RandomIds()),
    sampler: new DecidedSampler(samplerOf({}, () => undefined)),
    clock: new SpanClock(systemClock),
    limits: spanLimitsOf({}),
    ended: { add: (span) => ended.push(span) },
  });
  return { tracing: tracingBy(tracer, systemClock), ended };
}

export function attributesOf({ attributes: { keys, values } }: OtlpSpan): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.map((key, at) => [key, values[at]]));
}

export const idOf = ({ traceId, spanId }: SpanContext) => `${traceId}:${spanId}`;
