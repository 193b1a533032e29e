import { type Clock, pause, systemClock } from '@holdfast/kernel';
import { type Migration, MigrationExecutor, type QueryRunner } from 'typeorm';
import { failureOf } from '../statements/database-error.js';
import { checkSessions } from './check-sessions.js';
import { createMigrationSource } from './data-source.js';
import { MigrationError } from './migration-error.js';
import { refuseContractedSchema, unknownMigrations } from './migration-level.js';

/** Key of the advisory lock that lets one of many starting processes migrate while the others wait. */
const LOCK_KEY = 4_807_526_976;

/** How often a migration that finds a table in use is tried, and how long others get the table in between, in ms. */
const TRIES = 30;
const BREATHER_MS = 2_000;

export interface MigrationReport {
  /** Names of the migrations this call applied, oldest first. */
  readonly applied: readonly string[];
  /** Names of migrations of newer releases that this one works beside. */
  readonly beyond: readonly string[];
}

/**
 * Brings the database to the schema of this release. Safe to call from many processes at once: one migrates, the others
 * wait and find nothing left to do. Each migration is one transaction together with its entry in `holdfast.migrations`,
 * so whatever ends the process, a migration is there whole or not at all, and the next start goes on behind the last.
 *
 * @throws SchemaMismatchError when a newer release has taken away what this one needs; nothing is changed then.
 * @throws MigrationError when a migration fails; the ones before it stay, which the release before can live with.
 * @throws Error when `url` leads to a pooler: the lock would stay with a session that is given to somebody else.
 */
export async function migrate(url: string, clock: Clock = systemClock): Promise<MigrationReport> {
  const unfit = (await checkSessions(url, false)).find(({ level }) => level === 'fatal');
  if (unfit) throw new Error(unfit.message);
  const dataSource = createMigrationSource(url);
  await dataSource.initialize();
  const runner = dataSource.createQueryRunner();
  try {
    // The session that holds the lock is the one that migrates: what ends it ends both, and no other begins before.
    // Whoever migrates before us may take its time.
    await runner.query('set lock_timeout = 0');
    await runner.query('select pg_advisory_lock($1)', [LOCK_KEY]);
    await runner.query('reset lock_timeout');
    await runner.query('create schema if not exists holdfast');
    const executor = new MigrationExecutor(dataSource, runner);
    const found = (await executor.getExecutedMigrations()).map(({ name }) => name);
    refuseContractedSchema(found);
    return { applied: await applyPending(executor, runner, clock), beyond: unknownMigrations(found) };
  } finally {
    await runner.release();
    await dataSource.destroy();
  }
}

async function applyPending(executor: MigrationExecutor, runner: QueryRunner, clock: Clock): Promise<string[]> {
  const applied: string[] = [];
  for (const migration of await executor.getPendingMigrations()) {
    await applyOne(executor, runner, migration, clock);
    applied.push(migration.name);
  }
  return applied;
}

/**
 * A statement that waits for a table makes everybody after it wait as well, so it gives up soon (`lock_timeout`), lets
 * the others through and tries again.
 */
async function applyOne(
  executor: MigrationExecutor,
  runner: QueryRunner,
  migration: Migration,
  clock: Clock,
): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await inTransaction(runner, migration, () => executor.executeMigration(migration));
    } catch (cause) {
      const failure = failureOf(cause);
      // Nobody knows whether a commit arrived whose answer was lost; the next start finds out.
      if (failure === 'unavailable') throw cause;
      if (failure !== 'blocked' || tried === TRIES) throw new MigrationError(migration.name, cause);
      await pause(clock, BREATHER_MS);
    }
  }
}

/** An index that is built beside running work cannot be part of a transaction: such a migration says so. */
async function inTransaction(runner: QueryRunner, migration: Migration, work: () => Promise<unknown>): Promise<void> {
  if (migration.instance?.transaction === false) return void (await work());
  await runner.startTransaction();
  try {
    await work();
    await runner.commitTransaction();
  } catch (error) {
    // A session that is gone has rolled back by itself, and cannot be told to.
    await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
}
