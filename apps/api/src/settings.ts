import type { TraceUrl } from '@holdfast/kernel';
import type { Metrics, RequestSpans } from '@holdfast/telemetry';

/** What the front door is told by the process that runs it. */
export interface ApiSettings {
  /** How the service names itself in every URL it emits; no trailing slash needed. */
  readonly publicUrl: string;
  /** Where the traces of operations can be looked at; their `links` have no `trace` without it. */
  readonly traceUrl?: TraceUrl | null;
  /** Bearer token to tenant; null turns authentication off and makes every caller the tenant `default`. */
  readonly tokens: ReadonlyMap<string, string> | null;
  /** Published defaults, in ms; a type may have a window of its own. */
  readonly replayWindowMs: number;
  readonly tombstoneMs: number;
  /** True from the moment the process was told to stop: nothing new comes in, everything known is still answered. */
  readonly isDraining: () => boolean;
  /** Where requests and refusals are counted; nowhere when absent. */
  readonly metrics?: Metrics;
  /** Makes a span of every request; null or absent where nobody traces. */
  readonly spans?: RequestSpans | null;
}

/** Injection token of the {@link ApiSettings}. */
export const API_SETTINGS = Symbol('API_SETTINGS');
