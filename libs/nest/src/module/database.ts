import type { Log } from '@holdfast/kernel';
import { createDataSource, dataSourceOptions, type DataSourceSettings, migrate } from '@holdfast/store';
import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { HoldfastOptions } from './holdfast-options.js';
import { HOLDFAST_DATA_SOURCE } from './tokens.js';

/**
 * Our TypeORM data source under its own name, opened once and closed by TypeORM's module. A database that is away ends
 * the start at once: whoever started us sees why, and starts us again.
 */
export function databaseModule(options: HoldfastOptions, log: Log): DynamicModule {
  const settings: DataSourceSettings = {
    url: options.databaseUrl,
    ...(options.poolMax === undefined ? {} : { poolMax: options.poolMax }),
    ...(options.applicationName === undefined ? {} : { applicationName: options.applicationName }),
    onIdleError: (error) => log.debug('An idle database connection was lost.', { error }),
  };
  return TypeOrmModule.forRootAsync({
    name: HOLDFAST_DATA_SOURCE,
    useFactory: () => ({ ...dataSourceOptions(settings), retryAttempts: 0 }),
    dataSourceFactory: async () => {
      if (options.migrate ?? true) await migrate(options.databaseUrl);
      return createDataSource(settings).initialize();
    },
  });
}
