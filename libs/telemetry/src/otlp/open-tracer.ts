import { ROOT_CONTEXT, trace, type Tracer } from '@opentelemetry/api';
import type { Clock } from '@holdfast/kernel';
import type { IdGenerator, ReadableSpan, Sampler } from '@opentelemetry/sdk-trace';
import type { Resource } from '@opentelemetry/resources';
import { type OtelVariables, wordOf } from '../start/exporters.js';
import { decided } from '../tracing/decision.js';
import { countOf, spanLimitsOf } from './limits.js';
import type { LostSpans } from './lost-spans.js';
import { OtlpTracer } from './otlp-tracer.js';
import { RequestFrame } from './request-frame.js';
import { openSender, type ProtobufProtocol } from './sender.js';
import { SpanBatches } from './span-batches.js';
import { SpanClock } from './span-clock.js';

export interface OpenTracer {
  readonly tracer: Tracer;
  /** Sends what is left. */
  close(): Promise<void>;
}

export interface OpenTracerParts {
  readonly variables: OtelVariables;
  readonly scope: string;
  readonly ids: IdGenerator;
  readonly sampler: Sampler;
  readonly clock: Clock;
  readonly lost: LostSpans;
}

/**
 * The protocol in which our spans can be written as they end; null where they go anywhere else than to one collector
 * that takes protobuf, and are the SDK's as anybody's are.
 */
export function protobufProtocol(variables: OtelVariables): ProtobufProtocol | null {
  if ((wordOf(variables, 'OTEL_TRACES_EXPORTER') ?? 'otlp') !== 'otlp') return null;
  const protocol =
    wordOf(variables, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') ?? wordOf(variables, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  if (protocol === 'http/json') return null;
  return protocol === 'grpc' ? 'grpc' : 'http/protobuf';
}

/** Opens the way from a tracer of ours to the collector. The SDK must have been started: it knows the resource. */
export async function openTracer(protocol: ProtobufProtocol, parts: OpenTracerParts): Promise<OpenTracer> {
  const { variables, scope, ids, sampler, clock, lost } = parts;
  const timeoutMs = countOf(variables, 'OTEL_BSP_EXPORT_TIMEOUT') || 30_000;
  const sender = await openSender(protocol, timeoutMs);
  const resource = resourceOf(trace.getTracer(scope));
  await resource.waitForAsyncAttributes?.();
  const queueMax = countOf(variables, 'OTEL_BSP_MAX_QUEUE_SIZE') || 2_048;
  const batches = new SpanBatches({
    times: {
      queueMax,
      batchMax: Math.min(countOf(variables, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE') || 512, queueMax),
      delayMs: countOf(variables, 'OTEL_BSP_SCHEDULE_DELAY') || 5_000,
    },
    frame: new RequestFrame(resource.attributes, scope),
    send: sender.send,
    lost,
    clock,
  });
  const limits = spanLimitsOf(variables);
  return {
    tracer: new OtlpTracer({ ids, sampler, clock: new SpanClock(clock), limits, ended: batches }),
    close: async () => {
      await batches.close();
      await sender.close();
    },
  };
}

/** The SDK keeps its resource to itself, but every span of it carries it; this one never ends, so it is never sent. */
function resourceOf(tracer: Tracer): Resource {
  return (tracer.startSpan('resource', { root: true }, decided(ROOT_CONTEXT, true)) as unknown as ReadableSpan)
    .resource;
}
