import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { ChosenIds } from '../tracing/chosen-ids.js';
import { DecidedSampler } from '../tracing/decided-sampler.js';
import { traceOutgoingRequests } from '../tracing/outgoing-requests.js';
import { samplerOf } from '../tracing/sampler-of.js';
import type { Complaints } from './complaints.js';
import type { OtelVariables } from './exporters.js';

/** What the service calls itself unless `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES` knows better. */
const SERVICE_NAME = 'holdfast';

/**
 * Starts the SDK of OpenTelemetry: exporters, limits and resource from the environment, ids and sampling ours. This
 * file is the only one that loads it, and it is itself loaded only when there is something to export.
 */
export function startSdk(variables: OtelVariables, complaints: Complaints): NodeSDK {
  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: SERVICE_NAME })),
    idGenerator: new ChosenIds(new RandomIdGenerator()),
    sampler: new DecidedSampler(samplerOf(variables, (sentence) => complaints.warn(sentence))),
    // Metrics have a start of their own, and logs are lines: the SDK would send both to the endpoint of traces.
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  traceOutgoingRequests();
  return sdk;
}
