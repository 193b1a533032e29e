import { metrics as api } from '@opentelemetry/api';
import type { Clock } from '@holdfast/kernel';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type MetricReader, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { ExportTimes } from './export-times.js';
import type { Metrics } from './metrics.js';
import { HoldfastProducer } from './producer.js';
import { PROMETHEUS_TEXT, PrometheusPage } from './prometheus-page.js';
import type { OtlpProtocol, StartedMetrics } from './start-metrics.js';

/**
 * The SDK's meter provider over our cells. It is also the global one, so that a handler which measures with the API of
 * OpenTelemetry finds its metrics on the same page.
 */
export async function openProvider(
  metrics: Metrics,
  clock: Clock,
  otlp: { readonly protocol: OtlpProtocol; readonly times: ExportTimes } | null,
): Promise<Omit<StartedMetrics, 'metrics'>> {
  const producer = new HoldfastProducer(metrics, clock);
  const page = new PrometheusPage(producer);
  const readers: MetricReader[] = [page];
  let complaint: string | null = null;
  try {
    if (otlp) {
      const exporter = await otlpExporter(otlp.protocol);
      readers.push(new PeriodicExportingMetricReader({ exporter, metricProducers: [producer], ...otlp.times }));
    }
  } catch (error) {
    complaint = `OpenTelemetry: metrics are not sent. ${error instanceof Error ? error.message : String(error)}`;
  }
  const resource = defaultResource()
    .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'holdfast' }))
    .merge(detectResources({ detectors: [envDetector] }));
  const provider = new MeterProvider({ resource, readers });
  api.setGlobalMeterProvider(provider);
  return {
    complaint,
    page: { contentType: PROMETHEUS_TEXT, text: () => page.text() },
    // A collector that is away has said so through the SDK's own log by now.
    shutdown: (ms) => provider.shutdown({ timeoutMillis: ms }).catch(() => undefined),
  };
}

/** Endpoint, headers, compression and time-outs come from `OTEL_EXPORTER_OTLP_*`. */
async function otlpExporter(protocol: OtlpProtocol) {
  if (protocol === 'grpc') {
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-grpc');
    return new OTLPMetricExporter();
  }
  if (protocol === 'http/json') {
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-http');
    return new OTLPMetricExporter();
  }
  const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
  return new OTLPMetricExporter();
}
