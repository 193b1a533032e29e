import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { DataPointType, type MetricData, MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { withUnit } from './prometheus-names.js';
import type { HoldfastProducer } from './producer.js';

/** `Content-Type` of the text format. */
export const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * The metrics of this process as Prometheus text. OpenTelemetry's exporter would open a port of its own; its serializer
 * does all there is to do, except for units in names. It knows neither OpenMetrics nor exemplars.
 */
export class PrometheusPage extends MetricReader {
  private readonly serializer = new PrometheusSerializer('', false, undefined, false, true);

  constructor(producer: HoldfastProducer) {
    super({ metricProducers: [producer] });
  }

  async text(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    return this.serializer.serialize(inPrometheusWords(resourceMetrics));
  }

  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

function inPrometheusWords({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
  return {
    resource,
    scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({ scope, metrics: metrics.map(renamed) })),
  };
}

function renamed(metric: MetricData): MetricData {
  const { descriptor, dataPointType } = metric;
  const name = withUnit(descriptor.name, descriptor.unit, dataPointType === DataPointType.GAUGE);
  return { ...metric, descriptor: { ...descriptor, name, unit: '' } };
}
