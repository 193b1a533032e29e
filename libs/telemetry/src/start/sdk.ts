import { trace, type Tracer } from '@opentelemetry/api';
import type { Clock } from '@holdfast/kernel';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { LostSpans } from '../otlp/lost-spans.js';
import { openTracer, protobufProtocol } from '../otlp/open-tracer.js';
import { RandomIds } from '../otlp/random-ids.js';
import { ChosenIds } from '../tracing/chosen-ids.js';
import { DecidedSampler } from '../tracing/decided-sampler.js';
import { traceOutgoingRequests } from '../tracing/outgoing-requests.js';
import { samplerOf } from '../tracing/sampler-of.js';
import type { Complaints } from './complaints.js';
import type { OtelVariables } from './exporters.js';

/** What the service calls itself unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` knows better. */
const SERVICE_NAME = 'holdfast';
/** Name of the instrumentation scope that all our spans belong to. */
const SCOPE = 'holdfast';

export interface StartedSdk {
  /** What our own spans are made by. */
  readonly tracer: Tracer;
  shutdown(): Promise<void>;
}

/**
 * Starts the SDK of OpenTelemetry: exporters, limits and resource from the environment, ids and sampling ours. This
 * file is the only one that loads it, and it is itself loaded only when there is something to export.
 *
 * Handlers find it behind the API. Our own spans, of which a create makes two, go past it where they can: making,
 * keeping and serializing them the SDK's way took a third of the throughput of a service that keeps every trace.
 */
export async function startSdk(
  variables: OtelVariables,
  clock: Clock,
  complaints: Complaints,
  lost: LostSpans,
): Promise<StartedSdk> {
  const ids = new ChosenIds(new RandomIds());
  const sampler = new DecidedSampler(samplerOf(variables, (sentence) => complaints.warn(sentence)));
  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: SERVICE_NAME })),
    idGenerator: ids,
    sampler,
    // Metrics have a start of their own, and logs are lines: the SDK would send both to the endpoint of traces.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  traceOutgoingRequests();
  const protocol = protobufProtocol(variables);
  if (!protocol) return { tracer: trace.getTracer(SCOPE), shutdown: () => sdk.shutdown() };
  const own = await openTracer(protocol, { variables, scope: SCOPE, ids, sampler, clock, lost });
  return {
    tracer: own.tracer,
    shutdown: async () => {
      await Promise.all([own.close(), sdk.shutdown()]);
    },
  };
}
