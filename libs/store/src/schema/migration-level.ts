import { CONTRACTION_KNOWN, contractionOf, MIGRATIONS } from '@holdfast/migrations';
import type { DataSource } from 'typeorm';
import { executorOf } from '../statements/executor-of.js';

/** The database's schema and this code do not fit. The message says which side to move. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

const KNOWN = MIGRATIONS.map((migration) => migration.name);

/** Migrations of a newer release. They only add, unless their name says otherwise: this code works beside them. */
export function unknownMigrations(applied: readonly string[]): string[] {
  return applied.filter((name) => !KNOWN.includes(name));
}

/**
 * Throws when a newer release has taken away what this code needs. What newer releases add is no reason: during a deploy,
 * and after taking one back, the release before works on the schema of the next.
 */
export function refuseContractedSchema(applied: readonly string[]): void {
  const beyond = unknownMigrations(applied).filter((name) => (contractionOf(name) ?? 0) > CONTRACTION_KNOWN);
  if (beyond.length > 0) {
    throw new SchemaMismatchError(
      `The database schema is newer than this release can use (it has ${beyond.join(', ')}). Deploy the newer release.`,
    );
  }
}

/** Throws when the database lacks migrations that this code needs. */
export function refuseOlderSchema(applied: readonly string[]): void {
  const missing = KNOWN.filter((name) => !applied.includes(name));
  if (missing.length > 0) {
    throw new SchemaMismatchError(
      `The database schema is older than this release (it lacks ${missing.join(', ')}). Run \`holdfast migrate\`.`,
    );
  }
}

/** Asks the database which migrations it has seen; throws when this code cannot work on what they made. */
export async function assertMigrated(dataSource: DataSource): Promise<void> {
  const rows = await executorOf(dataSource).run<{ name: string }>('migration-names', {});
  const applied = rows.map((row) => row.name);
  refuseOlderSchema(applied);
  refuseContractedSchema(applied);
}
