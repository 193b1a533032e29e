import type { TimeInput } from '@opentelemetry/api';
import type { Clock } from '@holdfast/kernel';

/** How long the place of the monotonic clock on the wall clock is trusted. */
const LOOK_MS = 10_000;
/** The wall clock counts whole ms: a difference as small as this is none, and would only bend the spans of that moment. */
const JITTER_MS = 2;

/**
 * Turns the times of OpenTelemetry's API into ms since the epoch. A span measures itself by the monotonic clock; where
 * that lies on the wall clock is looked at once in a while, because the wall clock may be set.
 */
export class SpanClock {
  private offsetMs = Number.NaN;
  private lookAgainAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Now when nothing is given. A number is of the monotonic clock, unless it would be in the future there. */
  msOf(time: TimeInput | undefined): number {
    if (time instanceof Date) return time.getTime();
    if (Array.isArray(time)) return time[0] * 1e3 + time[1] / 1e6;
    const nowMs = this.clock.monotonicMs();
    if (typeof time === 'number' && time > nowMs) return time;
    if (nowMs >= this.lookAgainAt) this.look(nowMs);
    return this.offsetMs + (time ?? nowMs);
  }

  private look(nowMs: number): void {
    const offsetMs = this.clock.wallMs() - nowMs;
    if (!(Math.abs(offsetMs - this.offsetMs) <= JITTER_MS)) this.offsetMs = offsetMs;
    this.lookAgainAt = nowMs + LOOK_MS;
  }
}
