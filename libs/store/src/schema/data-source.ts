import { MIGRATIONS } from '@holdfast/migrations';
import type { Pool } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from '../entities/index.js';
import { ConfirmedClient } from './confirmed-client.js';
import { SESSION_SETTINGS, sessionOptions } from './session-settings.js';

export interface DataSourceSettings {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** True behind a pooler that gives each transaction another session: see `docs/operations/poolers.md`. */
  readonly pooled?: boolean;
  /** Connections at most; group commit needs few. */
  readonly poolMax?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Told about errors of idle connections, which the pool replaces by itself. */
  readonly onIdleError?: (error: unknown) => void;
}

const POOL_MAX = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** Slightly above the server's own limit: the server ends a slow statement, this ends one whose server is gone. */
const QUERY_TIMEOUT_MS = 12_000;

/** The options of Holdfast's TypeORM data source: entities, migrations and a pool with safe settings. */
export function dataSourceOptions(settings: DataSourceSettings): DataSourceOptions {
  return {
    type: 'postgres',
    url: settings.url,
    schema: 'holdfast',
    entities: [...ENTITIES],
    migrations: [...MIGRATIONS],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    migrationsRun: false,
    installExtensions: false,
    logging: false,
    applicationName: settings.applicationName ?? 'holdfast',
    poolSize: settings.poolMax ?? POOL_MAX,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolErrorHandler: settings.onIdleError ?? (() => undefined),
    extra: extraOptions(settings.pooled ?? false),
  };
}

/** What TypeORM passes on to the pool. A pooler refuses the settings of a session that it gives to somebody else next. */
interface ExtraOptions {
  readonly Client: typeof ConfirmedClient;
  readonly query_timeout: number;
  readonly keepAlive: boolean;
  readonly options?: string;
  /** Ours: the driver passes over it. */
  readonly pooled: boolean;
}

function extraOptions(pooled: boolean): ExtraOptions {
  const extra = { Client: ConfirmedClient, query_timeout: QUERY_TIMEOUT_MS, keepAlive: true, pooled };
  return pooled ? extra : { ...extra, options: sessionOptions() };
}

/** Whether the data source was made for a pooler that gives each transaction another session. */
export function isPooled(dataSource: DataSource): boolean {
  return (dataSource.options.extra as Partial<ExtraOptions> | undefined)?.pooled === true;
}

/**
 * A data source to migrate with, still to be initialized: one session, whose statements may take their time, because a
 * large table takes longer than any request may. The lock time-out stays: waiting for a table stops everybody else.
 */
export function createMigrationSource(url: string): DataSource {
  const options = sessionOptions({ ...SESSION_SETTINGS, statement_timeout: '0' });
  return new DataSource({
    ...dataSourceOptions({ url, poolMax: 1, applicationName: 'holdfast migrate' }),
    extra: { options, keepAlive: true },
  });
}

/** A data source that still has to be initialized. */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource(dataSourceOptions(settings));
}

/** TypeORM's own pool: hot statements share it, so that one limit holds for all connections. */
export function poolOf(dataSource: DataSource): Pool {
  const { master } = dataSource.driver as unknown as { master?: Pool };
  if (!master) throw new TypeError('the data source is not initialized');
  return master;
}
