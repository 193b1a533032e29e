import type { OnApplicationBootstrap } from '@nestjs/common';
import type { RetentionLoop, SweepLoop, Worker, WorkerState } from '@holdfast/runner';

/** What works in the background of a process: a worker, or the sweeps alone where operations are only taken in. */
export type Background = Pick<Worker, 'start' | 'drain'> & { state(): WorkerState | null };

/** Deadlines pass also where no worker lives, and somebody must say so. */
export function sweepsAlone(sweeps: SweepLoop): Background {
  return { start: () => sweeps.soon(), drain: () => sweeps.stop(), state: () => null };
}

/** The same, with what purges and forgets beside it. */
export function withRetention(background: Background, retention: RetentionLoop): Background {
  return {
    start: () => {
      background.start();
      retention.start();
    },
    drain: async (graceMs) => {
      await Promise.all([retention.stop(), background.drain(graceMs)]);
    },
    state: () => background.state(),
  };
}

/** The background work in Nest's life: it starts once everything else stands, and drains when told to. */
export class WorkerService implements OnApplicationBootstrap {
  private draining: Promise<void> | null = null;
  private started = false;

  constructor(private readonly background: Background) {}

  onApplicationBootstrap(): void {
    // An application that is told to stop while it starts must not begin to claim.
    if (this.draining) return;
    this.started = true;
    this.background.start();
  }

  /** Null in a process without a worker. */
  state(): WorkerState | null {
    return this.background.state();
  }

  /**
   * Claims nothing more, waits up to `graceMs` for what runs, and hands the rest back. The first call decides; later
   * ones wait for the same end.
   */
  drain(graceMs: number): Promise<void> {
    this.draining ??= this.started ? this.background.drain(graceMs) : Promise.resolve();
    return this.draining;
  }
}
