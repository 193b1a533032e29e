import type { Sweep } from '@holdfast/engine';
import type { Clock, Log } from '@holdfast/kernel';
import { FaultNotice } from './fault-notice.js';

export interface SweepLoopParts {
  readonly sweep: Pick<Sweep, 'run'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly intervalMs: number;
}

/** Share of the interval by which a sweep may come earlier or later, so that many workers do not sweep together. */
const JITTER = 0.1;

/** Runs sweeps for as long as the worker lives: one at a time, the first at once, for a crash may lie behind us. */
export class SweepLoop {
  private underWay: Promise<void> | null = null;
  private takeBack: (() => void) | null = null;
  private wanted = false;
  private stopped = false;
  private readonly fault: FaultNotice;

  constructor(private readonly parts: SweepLoopParts) {
    this.fault = new FaultNotice(parts.log, 'Sweeping');
  }

  /** There is something to sweep: now, or as soon as the sweep that is under way has ended. */
  soon(): void {
    if (this.stopped) return;
    this.takeBack?.();
    this.takeBack = null;
    if (this.underWay) {
      this.wanted = true;
      return;
    }
    this.wanted = false;
    this.underWay = this.sweep().finally(() => {
      this.underWay = null;
      if (this.wanted) this.soon();
      else this.plan();
    });
  }

  /** Ends the loop; resolves when no sweep is under way any more. Never rejects. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.takeBack?.();
    await this.underWay;
  }

  private plan(): void {
    if (this.stopped) return;
    const { clock, random, intervalMs } = this.parts;
    this.takeBack = clock.after(intervalMs * (1 - JITTER + 2 * JITTER * random()), () => this.soon());
  }

  private async sweep(): Promise<void> {
    const { sweep, log } = this.parts;
    try {
      const report = await sweep.run();
      this.fault.worked();
      if (report.lostWorkers + report.requeued + report.ended > 0)
        log.info('A sweep repaired something.', { ...report });
    } catch (error) {
      this.fault.failed(error);
    }
  }
}
