import { MIGRATIONS } from '@holdfast/migrations';
import type { DataSource } from 'typeorm';
import { Executor } from '../statements/executor.js';
import { poolOf } from './data-source.js';

/** The database's schema and this code do not fit. The message says which side to move. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

const KNOWN = MIGRATIONS.map((migration) => migration.name);

/** Throws when the database has migrations that this code does not know: checked once, before anything starts. */
export function refuseNewerSchema(applied: readonly string[]): void {
  const unknown = applied.filter((name) => !KNOWN.includes(name));
  if (unknown.length > 0) {
    throw new SchemaMismatchError(
      `The database schema is newer than this release (it has ${unknown.join(', ')}). Deploy the newer release.`,
    );
  }
}

/** Throws when the database lacks migrations that this code needs. */
export function refuseOlderSchema(applied: readonly string[]): void {
  const missing = KNOWN.filter((name) => !applied.includes(name));
  if (missing.length > 0) {
    throw new SchemaMismatchError(`The database schema is older than this release (it lacks ${missing.join(', ')}).`);
  }
}

/**
 * Asks the database which migrations it has seen; throws when some are missing. A newer schema is no reason to stop a
 * process that runs: during a deploy the release before works on the schema of the next.
 */
export async function assertMigrated(dataSource: DataSource): Promise<void> {
  const rows = await new Executor(poolOf(dataSource)).run<{ name: string }>('migration-names', {});
  refuseOlderSchema(rows.map((row) => row.name));
}
