import { type Clock, isolated, type Log, type Observer, observers } from '@holdfast/kernel';
import type { HandlerRegistry } from '@holdfast/runner';
import { MetricsObserver, observeRuntime, TracingObserver } from '@holdfast/telemetry';
import { decisionLog } from '../log/decision-log.js';
import type { HoldfastOptions } from '../module/holdfast-options.js';

/** Who looks on while this process works. */
export interface Observing {
  /** All of them as one: traces, metrics, the log. */
  readonly observer: Observer;
  /** Null where nothing is measured. */
  readonly metrics: MetricsObserver | null;
}

export function observing(
  { observer, telemetry }: Pick<HoldfastOptions, 'observer' | 'telemetry'>,
  { types }: HandlerRegistry,
  clock: Clock,
  log: Log,
): Observing {
  const metrics = telemetry ? new MetricsObserver(telemetry.metrics, clock, types) : null;
  if (telemetry) observeRuntime(telemetry.metrics);
  const given = [...(observer ? [trusted(observer, log)] : []), ...(metrics ? [metrics] : [])];
  return { observer: observers([decisionLog(log), ...given]), metrics };
}

/** Our own tracing is held to the rules of an observer by its tests, and is on the path of every create. */
function trusted(observer: Observer, log: Log): Observer {
  return observer instanceof TracingObserver ? observer : isolated(observer, log);
}
