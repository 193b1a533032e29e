import type { Log } from '@holdfast/kernel';
import { dataSourceOptions, type DataSourceSettings, migrate } from '@holdfast/store';
import type { DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { directUrl, type HoldfastOptions } from './holdfast-options.js';
import { guardServer } from './server-guard.js';
import { HOLDFAST_DATA_SOURCE, HOLDFAST_LOG, HOLDFAST_OPTIONS } from './tokens.js';

/**
 * Our TypeORM data source under its own name, opened once and closed by TypeORM's module. A database that is away ends
 * the start at once: whoever started us sees why, and starts us again.
 */
export function databaseModule(settingsModule: DynamicModule): DynamicModule {
  return TypeOrmModule.forRootAsync({
    name: HOLDFAST_DATA_SOURCE,
    imports: [settingsModule],
    inject: [HOLDFAST_OPTIONS, HOLDFAST_LOG],
    useFactory: async (options: HoldfastOptions, log: Log) => {
      await guardServer(options, log);
      const url = directUrl(options);
      if ((options.migrate ?? true) && url !== null) await migrate(url);
      return { ...dataSourceOptions(settingsOf(options, log)), retryAttempts: 0 };
    },
  });
}

function settingsOf(options: HoldfastOptions, log: Log): DataSourceSettings {
  return {
    url: options.databaseUrl,
    pooled: options.pooler === 'transaction',
    ...(options.poolMax === undefined ? {} : { poolMax: options.poolMax }),
    ...(options.applicationName === undefined ? {} : { applicationName: options.applicationName }),
    onIdleError: (error) => log.debug('An idle database connection was lost.', { error }),
  };
}
