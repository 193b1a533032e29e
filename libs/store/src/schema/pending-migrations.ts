import { MIGRATIONS } from '@holdfast/migrations';
import type { Client } from 'pg';
import type { QueryRunner } from 'typeorm';
import { Executor } from '../statements/executor.js';
import type { MigrationReport } from './migrate.js';
import { refuseContractedSchema, refuseOlderSchema, unknownMigrations } from './migration-level.js';
import { withClient } from './with-client.js';

/** A migration as it would be run. */
export interface PlannedMigration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** The migrations that this release has and the database at `url` has not, oldest first. Changes nothing. */
export function pendingMigrations(url: string): Promise<PlannedMigration[]> {
  return withClient(url, 'holdfast migrate', async (client) => {
    const applied = await appliedMigrations(client);
    const planned = await Promise.all(MIGRATIONS.map(plan));
    return planned.filter(({ name }) => !applied.includes(name));
  });
}

/** Names of the migrations that the database has seen; none when it was never migrated. */
export async function appliedMigrations(client: Client): Promise<string[]> {
  const executor = new Executor(client, { prepare: false });
  const [table] = await executor.run<{ known: boolean }>('migration-table', {});
  if (!table?.known) return [];
  return (await executor.run<{ name: string }>('migration-names', {})).map(({ name }) => name);
}

/**
 * What `migrate` would say that has nothing to do; throws a `SchemaMismatchError` where this release cannot work on the
 * schema as it is. Takes no lock and needs no session of its own, so that it can be asked through a pooler.
 */
export async function assertLevel(url: string): Promise<MigrationReport> {
  const found = await withClient(url, 'holdfast check', appliedMigrations);
  refuseContractedSchema(found);
  refuseOlderSchema(found);
  return { applied: [], beyond: unknownMigrations(found) };
}

/** Lets a migration run against something that only listens. */
export async function plan(migration: (typeof MIGRATIONS)[number]): Promise<PlannedMigration> {
  const statements: string[] = [];
  const query = (text: string) => {
    statements.push(text);
    return Promise.resolve([]);
  };
  await new migration().up({ query } as unknown as QueryRunner);
  return { name: migration.name, statements };
}
