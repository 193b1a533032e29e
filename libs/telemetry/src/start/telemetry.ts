import { type Clock, type Log, pause } from '@holdfast/kernel';
import type { Metrics } from '../metrics/metrics.js';
import { type Loss, LOSSES, type LostSpans } from '../otlp/lost-spans.js';
import type { Tracing } from '../tracing/tracing.js';
import type { Complaints } from './complaints.js';

interface Started {
  readonly sdk: { shutdown(): Promise<void> };
  readonly lost: LostSpans;
}

/** What was started, as the rest of the process sees it. */
export class Telemetry {
  constructor(
    /** What makes spans; null when none are wanted. */
    readonly tracing: Tracing | null,
    private readonly complaints: Complaints,
    private readonly started: Started | null = null,
  ) {}

  /** Shows how many spans never reached the collector. */
  showLosses(metrics: Metrics): void {
    const count = (loss: Loss) => this.started?.lost.count(loss) ?? 0;
    metrics.observe('spansLost', () => LOSSES.map((loss) => ({ values: [loss], value: count(loss) })));
  }

  /** Gives OpenTelemetry's complaints a log, with those it had before there was one. */
  tell(log: Pick<Log, 'warn'>): void {
    this.complaints.tell(log);
  }

  /** Sends what is left, for at most `ms`: a collector that is away must not hold up the end of a process. */
  async shutdown(clock: Clock, ms: number): Promise<void> {
    if (!this.started) return;
    const done = new AbortController();
    const sent = this.started.sdk.shutdown().catch((error: unknown) => this.complaints.warn(String(error)));
    await Promise.race([sent.finally(() => done.abort()), pause(clock, ms, done.signal)]);
  }
}
