import { type Observer, type Signals, type Swept, type SweepStore, unobserved } from '@holdfast/kernel';
import type { DeliverMessages } from './deliver-messages.js';

/** Rows one statement of a sweep touches at most, so that none holds locks for long. */
const BATCH = 500;
/** Batches one sweep works through at most; what is left comes with the next. */
const BATCHES_MAX = 40;

export interface SweepReport {
  readonly lostWorkers: number;
  readonly requeued: number;
  readonly ended: number;
}

/** Repairs what nobody else will: leases of dead workers, and deadlines that have passed. Any process may run it. */
export class Sweep {
  constructor(
    private readonly store: SweepStore,
    private readonly signals: Signals,
    private readonly mail?: Pick<DeliverMessages, 'run'>,
    private readonly observer: Pick<Observer, 'sweep' | 'lost' | 'endedAlone'> = unobserved,
  ) {}

  run(): Promise<SweepReport> {
    return this.observer.sweep(() => this.repair());
  }

  private async repair(): Promise<SweepReport> {
    const lostWorkers = await this.store.loseWorkers();
    const lost = await this.drain((limit) => this.loseOperations(limit));
    const expired = await this.drain((limit) => this.expireOperations(limit));
    await this.mail?.run();
    const requeued = [...lost.requeued, ...expired.requeued];
    const ended = [...lost.ended, ...expired.ended];
    if (requeued.length > 0) this.signals.publish({ kind: 'due' });
    const moved = [...requeued, ...ended];
    if (moved.length > 0) this.signals.publish({ kind: 'changed', uuids: moved });
    return { lostWorkers, requeued: requeued.length, ended: ended.length };
  }

  private async loseOperations(limit: number): Promise<Swept> {
    const swept = await this.store.loseOperations(limit);
    this.observer.lost(swept.lost ?? []);
    return swept;
  }

  private async expireOperations(limit: number): Promise<Swept> {
    const swept = await this.store.expireOperations(limit);
    this.observer.endedAlone(swept.expired ?? []);
    return swept;
  }

  private async drain(
    step: (limit: number) => Promise<{ requeued: readonly string[]; ended: readonly string[]; more: boolean }>,
  ): Promise<{ requeued: string[]; ended: string[] }> {
    const requeued: string[] = [];
    const ended: string[] = [];
    for (let batch = 0; batch < BATCHES_MAX; batch += 1) {
      const swept = await step(BATCH);
      requeued.push(...swept.requeued);
      ended.push(...swept.ended);
      if (!swept.more) break;
    }
    return { requeued, ended };
  }
}
