import { Client } from 'pg';
import { createDataSource } from './data-source.js';
import { refuseNewerSchema } from './migration-level.js';

/** Key of the advisory lock that lets one of many starting processes migrate while the others wait. */
const LOCK_KEY = 4_807_526_976;

export interface MigrationReport {
  /** Names of the migrations this call applied, oldest first. */
  readonly applied: readonly string[];
}

/**
 * Brings the database to the schema of this release. Safe to call from many processes at once. Throws a
 * `SchemaMismatchError` when the database has migrations this release does not know.
 */
export async function migrate(url: string): Promise<MigrationReport> {
  const lock = new Client({
    connectionString: url,
    application_name: 'holdfast migrate',
    connectionTimeoutMillis: 5_000,
  });
  lock.on('error', () => undefined);
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    await lock.query('create schema if not exists holdfast');
    return { applied: await applyPending(url) };
  } finally {
    await lock.end();
  }
}

async function applyPending(url: string): Promise<string[]> {
  const dataSource = createDataSource({ url, poolMax: 2, applicationName: 'holdfast migrate' });
  await dataSource.initialize();
  try {
    const applied = await dataSource.runMigrations();
    const rows: { name: string }[] = await dataSource.query('select name from holdfast.migrations order by timestamp');
    refuseNewerSchema(rows.map((row) => row.name));
    return applied.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}
