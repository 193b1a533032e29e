import { MIGRATIONS } from '@holdfast/migrations';
import type { Pool } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ENTITIES } from '../entities/index.js';

export interface DataSourceSettings {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
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

const PLANNER_SWITCHES = ['enable_seqscan', 'enable_bitmapscan', 'enable_hashjoin', 'enable_mergejoin'] as const;

/** Gives a transaction the planner's own choices back, for statements that are not ours. */
export const FREE_PLANNING = PLANNER_SWITCHES.map((name) => `set local ${name} = on`).join('; ');

/**
 * Settings of every session. The planner switches make the plans of the hot statements certain: each is a nested loop
 * over primary keys, and a plan made while a table was empty would otherwise be cached as a scan. That leaves one way to
 * read a whole table: along its index, on the outside of the loop, which is cheap while the table holds next to nothing,
 * and kept when it has grown. Joins close it by comparing the first column of a key as `o.shard = any (array[a.shard])`:
 * looked up like an equality, it gives no order to merge by, and without one no index is read from end to end. The
 * time-outs and keep-alives free the locks of clients that vanished (the defaults keep them for about two hours).
 */
const SESSION_SETTINGS: Readonly<Record<string, string>> = {
  statement_timeout: '10000',
  lock_timeout: '1000',
  idle_in_transaction_session_timeout: '10000',
  client_connection_check_interval: '5000',
  tcp_keepalives_idle: '10',
  tcp_keepalives_interval: '5',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '20000',
  ...Object.fromEntries(PLANNER_SWITCHES.map((name) => [name, 'off'])),
  jit: 'off',
  timezone: 'UTC',
};

export function sessionOptions(settings: Readonly<Record<string, string>> = SESSION_SETTINGS): string {
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

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
    extra: { options: sessionOptions(), query_timeout: QUERY_TIMEOUT_MS, keepAlive: true },
  };
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
