import { diag, DiagLogLevel } from '@opentelemetry/api';
import { systemClock } from '@holdfast/kernel';
import { otlpProtocol } from '../metrics/start-metrics.js';
import { LostSpans } from '../otlp/lost-spans.js';
import { tracingBy } from '../tracing/tracing.js';
import { Complaints } from './complaints.js';
import { type OtelVariables, wantsTraces } from './exporters.js';
import { Telemetry } from './telemetry.js';

export interface TelemetryOptions {
  /** The process's environment; OpenTelemetry's own code reads the same. */
  readonly variables: OtelVariables;
}

/**
 * Starts OpenTelemetry as the `OTEL_*` variables say. Without an exporter nothing of it is even loaded. A wrong setting
 * is a warning: telemetry may be missing, but it never keeps the service from running.
 */
export async function startTelemetry({ variables }: TelemetryOptions): Promise<Telemetry> {
  const complaints = new Complaints();
  // Metrics are started elsewhere, and their exporter has its troubles to tell also where nobody traces.
  if (wantsTraces(variables) || otlpProtocol(variables) !== null) {
    diag.setLogger(complaints, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  }
  if (!wantsTraces(variables)) return new Telemetry(null, complaints);
  try {
    const { startSdk } = await import('./sdk.js');
    const lost = new LostSpans(systemClock, (sentence) => complaints.tellAgain(sentence));
    const sdk = await startSdk(variables, systemClock, complaints, lost);
    return new Telemetry(tracingBy(sdk.tracer, systemClock), complaints, { sdk, lost });
  } catch (error) {
    complaints.warn(
      `it could not be started, so there is none. ${error instanceof Error ? error.message : String(error)}`,
    );
    return new Telemetry(null, complaints);
  }
}
