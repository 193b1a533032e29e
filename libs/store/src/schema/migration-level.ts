import { MIGRATIONS } from '@holdfast/migrations';
import type { DataSource } from 'typeorm';
import { Executor } from '../statements/executor.js';
import { poolOf } from './data-source.js';

/** The database's schema and this code do not fit. The message says which side to move. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

const KNOWN = MIGRATIONS.map((migration) => migration.name);

/** Throws when migrations are missing or when the database has some that this code does not know. */
export function compareMigrations(applied: readonly string[]): void {
  const unknown = applied.filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    throw new SchemaMismatchError(
      `The database schema is newer than this release (it has ${unknown.join(', ')}). Deploy the newer release.`,
    );
  }
  const missing = KNOWN.filter((name) => !applied.includes(name));
  if (missing.length > 0) {
    throw new SchemaMismatchError(`The database schema is older than this release (it lacks ${missing.join(', ')}).`);
  }
}

/** Asks the database which migrations it has seen; throws when they are not the ones this code needs. */
export async function assertMigrated(dataSource: DataSource): Promise<void> {
  const rows = await new Executor(poolOf(dataSource)).run<{ name: string }>('migration-names', {});
  compareMigrations(rows.map((row) => row.name));
}
