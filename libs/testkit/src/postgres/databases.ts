import { onServer } from './server-session.js';
import { currentRun, databaseUrl, templateOf, type TestRun } from './test-run.js';

let made = 0;

/**
 * The migrated database of this Jest worker, shared by the spec files it runs one after the other. Tests keep apart by
 * taking a fresh tenant, type and key each.
 */
export async function testDatabase(run: TestRun = currentRun()): Promise<{ url: string }> {
  const name = `${run.name}_worker_${process.env['JEST_WORKER_ID'] ?? '1'}`;
  await onServer(run.serverUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${name} template ${templateOf(run)}`);
  });
  return { url: databaseUrl(run, name) };
}

/** A migrated database of its own, for what looks at all rows of a table: sweeps, claims, counts. */
export function freshDatabase(run: TestRun = currentRun()): Promise<OwnDatabase> {
  return makeDatabase(run, `template ${templateOf(run)}`);
}

/** A database of its own that nobody has migrated. */
export function emptyDatabase(run: TestRun = currentRun()): Promise<OwnDatabase> {
  return makeDatabase(run, 'template template0');
}

interface OwnDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

async function makeDatabase(run: TestRun, likeWhat: string): Promise<OwnDatabase> {
  made += 1;
  const name = `${run.name}_fresh_${process.pid}_${made}_${process.hrtime.bigint().toString(36)}`;
  await onServer(run.serverUrl, (client) => client.query(`create database ${name} ${likeWhat}`));
  return {
    url: databaseUrl(run, name),
    drop: () =>
      onServer(
        run.serverUrl,
        async (client) => void (await client.query(`drop database if exists ${name} with (force)`)),
      ),
  };
}
