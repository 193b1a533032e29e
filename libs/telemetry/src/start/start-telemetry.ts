import { systemClock } from '@holdfast/kernel';
import { tracingBy } from '../tracing/tracing.js';
import { Complaints } from './complaints.js';
import { isDisabled, type OtelVariables, wantsTraces } from './exporters.js';
import type { MetricReader } from './sdk.js';
import { Telemetry } from './telemetry.js';

export interface TelemetryOptions {
  /** The process's environment; OpenTelemetry's own code reads the same. */
  readonly variables: OtelVariables;
  /** Where metrics go; none when absent. */
  readonly metricReaders?: readonly MetricReader[];
}

/**
 * Starts OpenTelemetry as the `OTEL_*` variables say. Without an exporter nothing of it is even loaded. A wrong setting
 * is a warning: telemetry may be missing, but it never keeps the service from running.
 */
export async function startTelemetry({ variables, metricReaders = [] }: TelemetryOptions): Promise<Telemetry> {
  const complaints = new Complaints();
  const traces = wantsTraces(variables);
  if (isDisabled(variables) || (!traces && metricReaders.length === 0)) return new Telemetry(null, complaints);
  try {
    const { startSdk } = await import('./sdk.js');
    const sdk = startSdk({ variables, traces, metricReaders, complaints });
    return new Telemetry(traces ? tracingBy(systemClock) : null, complaints, sdk);
  } catch (error) {
    complaints.warn(
      `it could not be started, so there is none. ${error instanceof Error ? error.message : String(error)}`,
    );
    return new Telemetry(null, complaints);
  }
}
