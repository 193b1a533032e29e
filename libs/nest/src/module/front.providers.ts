import { DeliverMessages, Engine, RunOnce } from '@holdfast/engine';
import { type Clock, type Log, systemClock } from '@holdfast/kernel';
import type { HandlerRegistry } from '@holdfast/runner';
import { PostgresRequestStore, PostgresSignals, PostgresStore } from '@holdfast/store';
import type { Provider } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost, ModuleRef } from '@nestjs/core';
import { DiscoveredHandlers } from '../handlers/discovered-handlers.js';
import { HoldfastHealth } from '../health/holdfast-health.js';
import { HoldfastHealthIndicator } from '../health/holdfast-health.indicator.js';
import { IdempotentRoutes } from '../idempotent/idempotent-routes.js';
import { DrainFlag } from '../lifecycle/drain-flag.js';
import { observing, type Observing } from '../metrics/observing.js';
import { Operations } from '../operations/operations.js';
import { type HoldfastOptions, WORKER_DEFAULTS } from './holdfast-options.js';
import { HOLDFAST_CLOCK, HOLDFAST_HANDLERS, HOLDFAST_LOG, HOLDFAST_OBSERVING, HOLDFAST_OPTIONS } from './tokens.js';

/** What the code of an application asks: operations, and whether all is well. */
export const frontProviders: Provider[] = [
  {
    provide: DiscoveredHandlers,
    useFactory: (discovery: DiscoveryService, options: HoldfastOptions, log: Log) =>
      new DiscoveredHandlers(discovery, options.handlers, log),
    inject: [DiscoveryService, HOLDFAST_OPTIONS, HOLDFAST_LOG],
  },
  {
    provide: HOLDFAST_HANDLERS,
    useFactory: (handlers: DiscoveredHandlers) => handlers.registry,
    inject: [DiscoveredHandlers],
  },
  {
    provide: HOLDFAST_OBSERVING,
    useFactory: (options: HoldfastOptions, handlers: HandlerRegistry, clock: Clock, log: Log) =>
      observing(options, handlers, clock, log),
    inject: [HOLDFAST_OPTIONS, HOLDFAST_HANDLERS, HOLDFAST_CLOCK, HOLDFAST_LOG],
  },
  {
    provide: Engine,
    useFactory: (
      store: PostgresStore,
      signals: PostgresSignals,
      handlers: HandlerRegistry,
      { random = Math.random, clock = systemClock, telemetry }: HoldfastOptions,
      mail: DeliverMessages,
      { observer }: Observing,
    ) => {
      const engine = new Engine({ store, signals, types: handlers.types, clock, random, mail, observer });
      telemetry?.metrics.observe('requestsUnlogged', () => [{ values: [], value: engine.requests.dropped }]);
      return engine;
    },
    inject: [PostgresStore, PostgresSignals, HOLDFAST_HANDLERS, HOLDFAST_OPTIONS, DeliverMessages, HOLDFAST_OBSERVING],
  },
  {
    provide: DeliverMessages,
    useFactory: (store: PostgresStore, signals: PostgresSignals, log: Log) =>
      new DeliverMessages({ messages: store.steps, operations: store, signals, log }),
    inject: [PostgresStore, PostgresSignals, HOLDFAST_LOG],
  },
  {
    provide: Operations,
    useFactory: (engine: Engine, store: PostgresStore, drain: DrainFlag, { publicUrl = '' }: HoldfastOptions) =>
      new Operations({ engine, store, drain, publicUrl }),
    inject: [Engine, PostgresStore, DrainFlag, HOLDFAST_OPTIONS],
  },
  {
    provide: RunOnce,
    useFactory: (store: PostgresRequestStore, clock: Clock) => new RunOnce(store, clock),
    inject: [PostgresRequestStore, HOLDFAST_CLOCK],
  },
  {
    provide: IdempotentRoutes,
    useFactory: (
      runOnce: RunOnce,
      host: HttpAdapterHost,
      modules: ModuleRef,
      options: HoldfastOptions,
      clock: Clock,
      log: Log,
    ) => {
      const { publicUrl = '', requestLeaseMs: leaseMs = WORKER_DEFAULTS.leaseMs } = options;
      return new IdempotentRoutes({
        runOnce,
        host,
        modules,
        clock,
        log,
        publicUrl,
        leaseMs,
        metrics: options.telemetry?.metrics,
      });
    },
    inject: [RunOnce, HttpAdapterHost, ModuleRef, HOLDFAST_OPTIONS, HOLDFAST_CLOCK, HOLDFAST_LOG],
  },
  {
    provide: HoldfastHealth,
    useFactory: (store: PostgresStore, drain: DrainFlag, clock: Clock, log: Log) =>
      new HoldfastHealth(store, drain, clock, log),
    inject: [PostgresStore, DrainFlag, HOLDFAST_CLOCK, HOLDFAST_LOG],
  },
  {
    provide: HoldfastHealthIndicator,
    useFactory: (health: HoldfastHealth) => new HoldfastHealthIndicator(health),
    inject: [HoldfastHealth],
  },
];
