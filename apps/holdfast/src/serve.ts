import 'reflect-metadata';
import { systemClock } from '@holdfast/kernel';
import { startMetrics, startTelemetry } from '@holdfast/telemetry';
import { otelVariables } from './settings/otel-variables.js';
import type { Environment } from './settings/settings.js';

/**
 * The service, from its first moment to its exit code. Settings come from `environment`, else from that of the process;
 * OpenTelemetry reads the latter by itself.
 */
export async function serve(environment?: Environment): Promise<number> {
  // Before anything else is even loaded, so that whoever asks for a tracer or a meter finds the real one.
  const telemetry = await startTelemetry({ variables: otelVariables() });
  const metrics = await startMetrics(otelVariables(), systemClock);
  const { run } = await import('./run.js');
  return run({ telemetry, metrics }, environment);
}
