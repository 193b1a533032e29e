import type { Engine } from '@holdfast/engine';
import type { Log } from '@holdfast/kernel';
import type { PostgresSignals } from '@holdfast/store';
import type { BeforeApplicationShutdown, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import type { WorkerService } from '../worker/worker.service.js';
import type { DrainFlag } from './drain-flag.js';

export interface ShutdownParts {
  readonly flag: DrainFlag;
  readonly engine: Engine;
  readonly worker: WorkerService;
  readonly signals: PostgresSignals;
  readonly log: Log;
  /** How long running handlers may go on, in ms. */
  readonly drainMs: number;
}

/**
 * The three steps of going away, in the order that loses nothing. Nest calls them through its hooks when an
 * application closes; a process that wants to close its HTTP server in between calls them itself. Each step happens
 * once, whoever asks first.
 *
 * The work is finished in `beforeApplicationShutdown` and not later, because TypeORM's module closes the pool in
 * `onApplicationShutdown`, and global modules have no defined order there.
 */
export class HoldfastShutdown implements OnModuleDestroy, BeforeApplicationShutdown, OnApplicationShutdown {
  private work: Promise<void> | null = null;

  constructor(private readonly parts: ShutdownParts) {}

  /** Not ready any more, nothing new comes in, nothing more is claimed, and whoever waits for a change is answered. */
  begin(): void {
    if (this.work) return;
    const { flag, engine, worker, drainMs, log } = this.parts;
    flag.raise();
    engine.watch.close();
    this.work = worker.drain(drainMs).catch((error: unknown) => {
      log.error('The worker could not be drained; its leases will end by themselves.', { error });
    });
  }

  /** Resolves when this process holds no operation any more, and has written down who asked for some. */
  async finishWork(): Promise<void> {
    this.begin();
    await this.work;
    await this.parts.engine.requests.settled();
  }

  /** Ends the connection that listens for signals. The pool belongs to the data source and ends with it. */
  async release(): Promise<void> {
    await this.parts.signals.close();
  }

  onModuleDestroy(): void {
    this.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.finishWork();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.release();
  }
}
