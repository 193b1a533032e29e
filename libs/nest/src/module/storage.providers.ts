import type { Clock, Log } from '@holdfast/kernel';
import { poolOf, PostgresRequestStore, PostgresSignals, PostgresStore } from '@holdfast/store';
import type { Provider } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SignalListening } from '../lifecycle/signal-listening.js';
import { observeDatabase } from '../metrics/observe-database.js';
import type { Observing } from '../metrics/observing.js';
import { directUrl, type HoldfastOptions, retentionSettings } from './holdfast-options.js';
import { HOLDFAST_CLOCK, HOLDFAST_DATA_SOURCE, HOLDFAST_LOG, HOLDFAST_OBSERVING, HOLDFAST_OPTIONS } from './tokens.js';

const dataSource = getDataSourceToken(HOLDFAST_DATA_SOURCE);

/** What touches PostgreSQL. */
export const storageProviders: Provider[] = [
  {
    provide: PostgresStore,
    useFactory: (source: DataSource, observing: Observing, options: HoldfastOptions, clock: Clock) => {
      const { telemetry } = options;
      const { tombstoneMs } = retentionSettings(options);
      const store = new PostgresStore(source, observing.observer);
      const { executor } = store;
      const { metrics: observer } = observing;
      if (telemetry && observer) {
        const pool = poolOf(source);
        observeDatabase({ metrics: telemetry.metrics, observer, executor, pool, clock, tombstoneMs });
      }
      return store;
    },
    inject: [dataSource, HOLDFAST_OBSERVING, HOLDFAST_OPTIONS, HOLDFAST_CLOCK],
  },
  {
    provide: PostgresRequestStore,
    useFactory: (source: DataSource) => new PostgresRequestStore(source),
    inject: [dataSource],
  },
  {
    provide: PostgresSignals,
    useFactory: (source: DataSource, options: HoldfastOptions, clock: Clock, log: Log) =>
      new PostgresSignals({ url: directUrl(options), dataSource: source, clock, log }),
    inject: [dataSource, HOLDFAST_OPTIONS, HOLDFAST_CLOCK, HOLDFAST_LOG],
  },
  {
    provide: SignalListening,
    useFactory: (signals: PostgresSignals) => new SignalListening(signals),
    inject: [PostgresSignals],
  },
];
