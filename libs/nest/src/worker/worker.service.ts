import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Worker } from '@holdfast/runner';

/**
 * The worker in Nest's life: it starts once everything else stands, and drains when told to. Without a worker (a
 * process that only takes operations in) it does nothing.
 */
export class WorkerService implements OnApplicationBootstrap {
  private draining: Promise<void> | null = null;
  private started = false;

  constructor(private readonly worker: Worker | null) {}

  onApplicationBootstrap(): void {
    // An application that is told to stop while it starts must not begin to claim.
    if (!this.worker || this.draining) return;
    this.started = true;
    this.worker.start();
  }

  /** Null in a process without a worker. */
  state(): ReturnType<Worker['state']> | null {
    return this.worker?.state() ?? null;
  }

  /**
   * Claims nothing more, waits up to `graceMs` for what runs, and hands the rest back. The first call decides; later
   * ones wait for the same end.
   */
  drain(graceMs: number): Promise<void> {
    this.draining ??= this.worker && this.started ? this.worker.drain(graceMs) : Promise.resolve();
    return this.draining;
  }
}
