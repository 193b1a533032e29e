import { diag } from '@opentelemetry/api';
import { type OtelVariables, wordOf } from '../start/exporters.js';

/** How often metrics are sent, and how long one sending may take, in ms. */
export interface ExportTimes {
  readonly exportIntervalMillis: number;
  readonly exportTimeoutMillis: number;
}

/**
 * `OTEL_METRIC_EXPORT_INTERVAL` and `OTEL_METRIC_EXPORT_TIMEOUT` with the defaults of the specification: whoever makes
 * a reader of the SDK has to read them. The reader refuses a time-out beyond its interval, so that is cut to it.
 */
export function exportTimes(variables: OtelVariables): ExportTimes {
  const exportIntervalMillis = msOf(variables, 'OTEL_METRIC_EXPORT_INTERVAL', 60_000);
  const timeoutMs = msOf(variables, 'OTEL_METRIC_EXPORT_TIMEOUT', 30_000);
  return { exportIntervalMillis, exportTimeoutMillis: Math.min(timeoutMs, exportIntervalMillis) };
}

/** Beyond this many ms a timer of Node fires at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

function msOf(variables: OtelVariables, name: string, otherwise: number): number {
  const text = wordOf(variables, name);
  if (text === null) return otherwise;
  const ms = Number(text);
  if (ms > 0 && ms <= TIMER_MAX_MS) return ms;
  diag.warn(`${name}=${text} is not a number of milliseconds; it is taken for ${otherwise}.`);
  return otherwise;
}
