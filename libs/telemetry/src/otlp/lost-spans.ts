import type { Clock } from '@holdfast/kernel';

/** Why a span never arrived: more came than the collector took, it refused or did not answer, or it cannot be written. */
export const LOSSES = ['queue_full', 'export_failed', 'unwritable'] as const;
export type Loss = (typeof LOSSES)[number];

/** How often losses are told of at most, in ms. */
const TELL_EVERY_MS = 60_000;

/** Counts the spans that are lost, and says so: at once the first time, then once a minute while it goes on. */
export class LostSpans {
  private readonly counts: Record<Loss, number> = { queue_full: 0, export_failed: 0, unwritable: 0 };
  private untold = 0;
  private quietUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (sentence: string) => void,
  ) {}

  /** `cause`: what the exporter says. */
  add(loss: Loss, spans: number, cause?: string): void {
    this.counts[loss] += spans;
    this.untold += spans;
    const nowMs = this.clock.monotonicMs();
    if (nowMs < this.quietUntil) return;
    this.quietUntil = nowMs + TELL_EVERY_MS;
    this.tell(`spans lost: ${this.untold}. ${cause ?? 'More come than the collector takes.'}`);
    this.untold = 0;
  }

  /** Since the process began. */
  count(loss: Loss): number {
    return this.counts[loss];
  }
}
