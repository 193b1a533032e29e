import type { MetricKey, MetricSpec } from './metric-table.js';
import { METRICS } from './metric-table.js';

/** Unit suffixes of the OpenTelemetry to Prometheus mapping; things that are counted have none. */
const SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** The name with its unit, as Prometheus wants it; the serializer does the rest: dots to underscores, `_total`. */
export function withUnit(name: string, unit: string, isGauge: boolean): string {
  const suffix = unit === '1' && isGauge && !name.endsWith('.up') ? '_ratio' : (SUFFIXES[unit] ?? '');
  return name.replaceAll('.', '_').endsWith(suffix) ? name : `${name}${suffix}`;
}

/** What a metric of ours is called on `/metrics`, without `_bucket`, `_sum` and `_count` of a histogram. */
export function prometheusName(key: MetricKey): string {
  const { name, unit, kind }: MetricSpec = METRICS[key];
  return `${withUnit(name, unit, kind === 'gauge').replaceAll('.', '_')}${kind === 'counter' ? '_total' : ''}`;
}
