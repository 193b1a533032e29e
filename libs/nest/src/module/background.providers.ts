import { DeliverMessages, Engine, Retention, Sweep } from '@holdfast/engine';
import type { Clock, Log } from '@holdfast/kernel';
import { type HandlerRegistry, RetentionLoop, SweepLoop, Worker } from '@holdfast/runner';
import { PostgresRetentionStore, PostgresSignals, PostgresStore } from '@holdfast/store';
import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { DrainFlag } from '../lifecycle/drain-flag.js';
import { HoldfastShutdown } from '../lifecycle/holdfast-shutdown.js';
import { observeWorker } from '../metrics/observe-worker.js';
import type { Observing } from '../metrics/observing.js';
import { type Background, sweepsAlone, withRetention, WorkerService } from '../worker/worker.service.js';
import { DEFAULT_DRAIN_MS, type HoldfastOptions, retentionSettings, WORKER_DEFAULTS } from './holdfast-options.js';
import {
  HOLDFAST_CLOCK,
  HOLDFAST_DATA_SOURCE,
  HOLDFAST_HANDLERS,
  HOLDFAST_LOG,
  HOLDFAST_OBSERVING,
  HOLDFAST_OPTIONS,
} from './tokens.js';

type WorkerDependencies = [
  PostgresStore,
  Sweep,
  PostgresSignals,
  HandlerRegistry,
  Clock,
  Log,
  DeliverMessages,
  HoldfastOptions,
  Observing,
];

/** What works without being asked, and how it ends. */
export const backgroundProviders: Provider[] = [
  {
    provide: Sweep,
    useFactory: (store: PostgresStore, signals: PostgresSignals, mail: DeliverMessages, { observer }: Observing) =>
      new Sweep(store, signals, mail, observer),
    inject: [PostgresStore, PostgresSignals, DeliverMessages, HOLDFAST_OBSERVING],
  },
  {
    provide: Retention,
    useFactory: (source: DataSource, handlers: HandlerRegistry, options: HoldfastOptions, { observer }: Observing) =>
      new Retention(new PostgresRetentionStore(source), handlers.types, retentionSettings(options), observer),
    inject: [getDataSourceToken(HOLDFAST_DATA_SOURCE), HOLDFAST_HANDLERS, HOLDFAST_OPTIONS, HOLDFAST_OBSERVING],
  },
  {
    provide: RetentionLoop,
    useFactory: (retention: Retention, options: HoldfastOptions, clock: Clock, log: Log) => {
      const { random = Math.random } = options;
      return new RetentionLoop({ retention, clock, random, log, intervalMs: sweepIntervalOf(options) });
    },
    inject: [Retention, HOLDFAST_OPTIONS, HOLDFAST_CLOCK, HOLDFAST_LOG],
  },
  {
    provide: WorkerService,
    useFactory: (loop: RetentionLoop, { telemetry }: HoldfastOptions, ...parts: WorkerDependencies) => {
      const service = new WorkerService(withRetention(backgroundOf(parts), loop));
      if (telemetry) observeWorker(telemetry.metrics, () => service.state());
      return service;
    },
    inject: [
      RetentionLoop,
      HOLDFAST_OPTIONS,
      PostgresStore,
      Sweep,
      PostgresSignals,
      HOLDFAST_HANDLERS,
      HOLDFAST_CLOCK,
      HOLDFAST_LOG,
      DeliverMessages,
      HOLDFAST_OPTIONS,
      HOLDFAST_OBSERVING,
    ],
  },
  {
    provide: HoldfastShutdown,
    useFactory: (
      flag: DrainFlag,
      engine: Engine,
      worker: WorkerService,
      signals: PostgresSignals,
      log: Log,
      { drainMs = DEFAULT_DRAIN_MS }: HoldfastOptions,
    ) => new HoldfastShutdown({ flag, engine, worker, signals, log, drainMs }),
    inject: [DrainFlag, Engine, WorkerService, PostgresSignals, HOLDFAST_LOG, HOLDFAST_OPTIONS],
  },
];

/** Told for a worker, for a process without one, or by neither. */
function sweepIntervalOf({ worker, sweepIntervalMs }: HoldfastOptions): number {
  return worker?.sweepIntervalMs ?? sweepIntervalMs ?? WORKER_DEFAULTS.sweepIntervalMs;
}

function backgroundOf(parts: WorkerDependencies): Background {
  const [store, sweep, signals, handlers, clock, log, mail, options, { observer }] = parts;
  const random = options.random ?? Math.random;
  if (options.worker === null) {
    return sweepsAlone(new SweepLoop({ sweep, clock, random, log, intervalMs: sweepIntervalOf(options) }));
  }
  const name = options.worker?.name ?? `${hostname()}/${process.pid}`;
  return new Worker({
    store,
    steps: store.steps,
    operations: store,
    histories: store,
    observer,
    mail,
    sweep,
    signals,
    handlers,
    clock,
    log,
    random,
    settings: { ...WORKER_DEFAULTS, ...options.worker, name },
  });
}
