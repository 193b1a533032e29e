import type { OtelVariables } from '@holdfast/telemetry';

/** The environment as OpenTelemetry's own code reads it; which of its variables mean what is its to say. */
export function otelVariables(): OtelVariables {
  return process.env;
}
