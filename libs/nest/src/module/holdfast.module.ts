import { DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import { type Clock, type Log, silentLog, systemClock, unobserved } from '@holdfast/kernel';
import { type HandlerRegistry, SweepLoop, Worker } from '@holdfast/runner';
import { poolOf, PostgresSignals, PostgresStore } from '@holdfast/store';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import { HoldfastHealth } from '../health/holdfast-health.js';
import { DrainFlag } from '../lifecycle/drain-flag.js';
import { HoldfastShutdown } from '../lifecycle/holdfast-shutdown.js';
import { type Background, sweepsAlone, WorkerService } from '../worker/worker.service.js';
import { databaseModule } from './database.js';
import { DEFAULT_DRAIN_MS, type HoldfastOptions, WORKER_DEFAULTS } from './holdfast-options.js';
import { HOLDFAST_CLOCK, HOLDFAST_DATA_SOURCE, HOLDFAST_HANDLERS, HOLDFAST_LOG, HOLDFAST_OPTIONS } from './tokens.js';

/**
 * The one place where everything is wired: store, signals, engine, worker, health and shutdown over one PostgreSQL.
 * Global, so that controllers anywhere in the application inject `Engine`.
 */
@Module({})
export class HoldfastModule {
  /** Rejects the application's start when the database cannot be reached or its schema does not fit. */
  static forRoot(options: HoldfastOptions): DynamicModule {
    const log = options.log ?? silentLog;
    const providers = [...settings(options, log), ...storage(options), ...work(options)];
    return {
      module: HoldfastModule,
      global: true,
      imports: [databaseModule(options, log)],
      providers,
      exports: providers.map((provider) => (typeof provider === 'function' ? provider : provider.provide)),
    };
  }
}

function settings(options: HoldfastOptions, log: Log): Provider[] {
  return [
    { provide: HOLDFAST_OPTIONS, useValue: options },
    { provide: HOLDFAST_LOG, useValue: log },
    { provide: HOLDFAST_CLOCK, useValue: options.clock ?? systemClock },
    { provide: HOLDFAST_HANDLERS, useValue: options.handlers },
    { provide: DrainFlag, useValue: options.drain ?? new DrainFlag() },
  ];
}

function storage(options: HoldfastOptions): Provider[] {
  const dataSource = getDataSourceToken(HOLDFAST_DATA_SOURCE);
  const { observer = unobserved } = options;
  return [
    {
      provide: PostgresStore,
      useFactory: (source: DataSource) => new PostgresStore(source, observer),
      inject: [dataSource],
    },
    {
      provide: PostgresSignals,
      useFactory: (source: DataSource, clock: Clock, log: Log) => {
        const signals = new PostgresSignals({ url: options.databaseUrl, pool: poolOf(source), clock, log });
        signals.start();
        return signals;
      },
      inject: [dataSource, HOLDFAST_CLOCK, HOLDFAST_LOG],
    },
    {
      provide: HoldfastHealth,
      useFactory: (store: PostgresStore, drain: DrainFlag, clock: Clock, log: Log) =>
        new HoldfastHealth(store, drain, clock, log),
      inject: [PostgresStore, DrainFlag, HOLDFAST_CLOCK, HOLDFAST_LOG],
    },
  ];
}

function work(options: HoldfastOptions): Provider[] {
  const { random = Math.random, observer = unobserved } = options;
  return [
    {
      provide: Engine,
      useFactory: (
        store: PostgresStore,
        signals: PostgresSignals,
        handlers: HandlerRegistry,
        clock: Clock,
        mail: DeliverMessages,
      ) => new Engine({ store, signals, types: handlers.types, clock, random, mail, observer }),
      inject: [PostgresStore, PostgresSignals, HOLDFAST_HANDLERS, HOLDFAST_CLOCK, DeliverMessages],
    },
    {
      provide: DeliverMessages,
      useFactory: (store: PostgresStore, signals: PostgresSignals, log: Log) =>
        new DeliverMessages({ messages: store.steps, operations: store, signals, log }),
      inject: [PostgresStore, PostgresSignals, HOLDFAST_LOG],
    },
    {
      provide: Sweep,
      useFactory: (store: PostgresStore, signals: PostgresSignals, mail: DeliverMessages) =>
        new Sweep(store, signals, mail, observer),
      inject: [PostgresStore, PostgresSignals, DeliverMessages],
    },
    {
      provide: WorkerService,
      useFactory: (...parts: WorkerDependencies) => new WorkerService(backgroundOf(options, random, parts)),
      inject: [PostgresStore, Sweep, PostgresSignals, HOLDFAST_HANDLERS, HOLDFAST_CLOCK, HOLDFAST_LOG, DeliverMessages],
    },
    {
      provide: HoldfastShutdown,
      useFactory: (flag: DrainFlag, engine: Engine, worker: WorkerService, signals: PostgresSignals, log: Log) =>
        new HoldfastShutdown({ flag, engine, worker, signals, log, drainMs: options.drainMs ?? DEFAULT_DRAIN_MS }),
      inject: [DrainFlag, Engine, WorkerService, PostgresSignals, HOLDFAST_LOG],
    },
  ];
}

type WorkerDependencies = [PostgresStore, Sweep, PostgresSignals, HandlerRegistry, Clock, Log, DeliverMessages];

function backgroundOf(options: HoldfastOptions, random: () => number, parts: WorkerDependencies): Background {
  const [store, sweep, signals, handlers, clock, log, mail] = parts;
  if (options.worker === null) {
    const intervalMs = options.sweepIntervalMs ?? WORKER_DEFAULTS.sweepIntervalMs;
    return sweepsAlone(new SweepLoop({ sweep, clock, random, log, intervalMs }));
  }
  const name = options.worker?.name ?? `${hostname()}/${process.pid}`;
  return new Worker({
    store,
    steps: store.steps,
    operations: store,
    histories: store,
    observer: options.observer ?? unobserved,
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
