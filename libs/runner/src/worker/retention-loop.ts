import type { Retention } from '@holdfast/engine';
import type { Clock, Log } from '@holdfast/kernel';
import { FaultNotice } from './fault-notice.js';

export interface RetentionLoopParts {
  readonly retention: Pick<Retention, 'run' | 'keepArchive'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Ms between two walks when there is nothing more to do. */
  readonly intervalMs: number;
}

/**
 * How long the loop rests after a piece of work, as a multiple of what that took. Work that erased something goes on at
 * a quarter of the time, so that creates keep theirs; merely looking at what stays takes a hundredth.
 */
const REST_AFTER_WORK = 3;
const REST_AFTER_LOOK = 99;
/** Share of an interval by which a walk may begin earlier or later, so that many processes do not ask together. */
const JITTER = 0.1;

/** Purges and forgets for as long as the process lives, paced by how long its own statements take. */
export class RetentionLoop {
  private underWay: Promise<void> | null = null;
  private takeBack: (() => void) | null = null;
  private stopped = false;
  private walkBegins = true;
  private readonly fault: FaultNotice;
  private readonly archiveFault: FaultNotice;

  constructor(private readonly parts: RetentionLoopParts) {
    this.fault = new FaultNotice(parts.log, 'Purging expired operations');
    this.archiveFault = new FaultNotice(parts.log, 'Keeping the months of the archive');
  }

  start(): void {
    this.plan(this.interval());
  }

  /** Ends the loop; resolves when nothing is under way any more. Never rejects. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.takeBack?.();
    await this.underWay;
  }

  private plan(ms: number): void {
    if (this.stopped) return;
    this.takeBack = this.parts.clock.after(ms, () => {
      this.underWay = this.work().then((restMs) => {
        this.underWay = null;
        this.plan(restMs);
      });
    });
  }

  /** What cannot be kept now, such as a month that somebody reads, is tried again with the next walk. */
  private async keepArchive(): Promise<void> {
    const { retention, log } = this.parts;
    try {
      const { made, dropped } = await retention.keepArchive();
      this.archiveFault.worked();
      if (made + dropped > 0) log.info('Months of the archive were made or dropped.', { made, dropped });
    } catch (error) {
      this.archiveFault.failed(error);
    }
  }

  private interval(): number {
    const { intervalMs, random } = this.parts;
    return intervalMs * (1 - JITTER + 2 * JITTER * random());
  }

  /** Does one piece of work; gives the ms to rest before the next. */
  private async work(): Promise<number> {
    const { retention, clock, log } = this.parts;
    if (this.walkBegins) await this.keepArchive();
    const began = clock.monotonicMs();
    try {
      const { purged, archived, forgotten, kept, more } = await retention.run();
      this.walkBegins = !more;
      this.fault.worked();
      if (purged + forgotten > 0) log.info('Expired operations were purged.', { purged, archived, forgotten });
      const took = clock.monotonicMs() - began;
      const rest = took * (purged + forgotten > 0 ? REST_AFTER_WORK : REST_AFTER_LOOK);
      if (more) return rest;
      // A walk that looked at much for nothing is not repeated at once.
      return kept > 0 ? Math.max(rest, this.interval()) : this.interval();
    } catch (error) {
      this.fault.failed(error);
      return this.interval();
    }
  }
}
