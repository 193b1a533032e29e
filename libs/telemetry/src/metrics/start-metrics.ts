import type { Clock } from '@holdfast/kernel';
import type { OtelVariables } from '../start/exporters.js';
import { isDisabled, wordOf } from '../start/exporters.js';
import { exportTimes } from './export-times.js';
import { Metrics } from './metrics.js';

/** A page that shows the metrics of this process to whoever scrapes it. */
export interface MetricsPage {
  readonly contentType: string;
  text(): Promise<string>;
}

/** What was started. */
export interface StartedMetrics {
  readonly metrics: Metrics;
  readonly page: MetricsPage;
  /** Why metrics are not sent although somebody wants them; null when all is well. */
  readonly complaint: string | null;
  /** Sends what is left, where metrics are sent, for at most `ms`. Never rejects. */
  shutdown(ms: number): Promise<void>;
}

/**
 * Starts the metrics of a process: always a page for Prometheus, and sending by OTLP where `OTEL_METRICS_EXPORTER` or
 * an OTLP endpoint asks for it. `OTEL_SDK_DISABLED` silences the sending; the page costs nothing unless it is read.
 * A wrong setting is a complaint and never keeps the service from running.
 */
export async function startMetrics(variables: OtelVariables, clock: Clock): Promise<StartedMetrics> {
  const metrics = new Metrics();
  const { openProvider } = await import('./provider.js');
  const protocol = otlpProtocol(variables);
  const otlp = protocol && { protocol, times: exportTimes(variables) };
  return { metrics, ...(await openProvider(metrics, clock, otlp)) };
}

/** The protocols of OTLP, by their names in `OTEL_EXPORTER_OTLP_PROTOCOL`. */
export type OtlpProtocol = 'grpc' | 'http/json' | 'http/protobuf';

/** The protocol metrics are sent with; null when nobody wants them sent. */
export function otlpProtocol(variables: OtelVariables): OtlpProtocol | null {
  if (isDisabled(variables)) return null;
  const exporter = wordOf(variables, 'OTEL_METRICS_EXPORTER');
  const endpoint =
    wordOf(variables, 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT') ?? wordOf(variables, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const wanted = exporter === null ? endpoint !== null : exporter.split(',').some((name) => name.trim() === 'otlp');
  if (!wanted) return null;
  const protocol =
    wordOf(variables, 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL') ?? wordOf(variables, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  return protocol === 'grpc' || protocol === 'http/json' ? protocol : 'http/protobuf';
}
