import { type HrTime, ValueType } from '@opentelemetry/api';
import type { Clock } from '@holdfast/kernel';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type CollectionResult,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { HistogramCell } from './cells.js';
import type { MetricSpec } from './metric-table.js';
import type { Metrics, Reading, Shown } from './metrics.js';

const SCOPE = { name: 'holdfast' };

/** Shows our metrics to the readers of the SDK. Sums are cumulative since the start of the process. */
export class HoldfastProducer implements MetricProducer {
  private readonly startTime: HrTime;

  constructor(
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {
    this.startTime = hrTime(clock.wallMs());
  }

  async collect(): Promise<CollectionResult> {
    const shown = await this.metrics.show();
    const times = { startTime: this.startTime, endTime: hrTime(this.clock.wallMs()) };
    const metrics = shown.map((one) => metricData(one, times));
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics: [{ scope: SCOPE, metrics }] }, errors: [] };
  }
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

function metricData(shown: Shown, times: Times): MetricData {
  const { spec } = shown;
  const base = {
    descriptor: { name: spec.name, description: spec.meaning, unit: spec.unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (shown.kind === 'histogram') {
    const dataPoints = shown.cells.map((cell) => ({
      ...times,
      attributes: attributesOf(spec, cell.values),
      value: histogramOf(cell, spec.buckets ?? []),
    }));
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = shown.readings.map((reading: Reading) => ({
    ...times,
    attributes: attributesOf(spec, reading.values),
    value: reading.value,
  }));
  return shown.kind === 'counter'
    ? { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
}

function histogramOf({ counts, count, sum }: HistogramCell, buckets: readonly number[]) {
  return { buckets: { boundaries: [...buckets], counts: [...counts] }, count, sum };
}

/** An attribute without a value is left out, as the conventions want it of `error.type`. */
function attributesOf({ attributes }: MetricSpec, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    attributes.flatMap((name, at) => {
      const value = values[at];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}

function hrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1e6)];
}
