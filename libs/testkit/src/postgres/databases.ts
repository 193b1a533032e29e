import { currentRun, databaseUrl, onServer, templateOf } from './test-server.js';

/** Two clones of one template at the same moment: the second is told to come again. */
const TEMPLATE_IN_USE = '55006';
const RETRY_MS = 20;

let made = 0;

/**
 * The migrated database of this Jest worker, shared by the spec files it runs one after the other. Tests keep apart by
 * taking a fresh tenant, type and key each.
 */
export async function testDatabase(): Promise<{ url: string }> {
  const run = currentRun();
  const name = `${run.name}_worker_${process.env['JEST_WORKER_ID'] ?? '1'}`;
  await onServer(run.serverUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await clone(name);
  });
  return { url: databaseUrl(run, name) };
}

/** A migrated database of its own, for what looks at all rows of a table: sweeps, claims, counts. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const run = currentRun();
  made += 1;
  const name = `${run.name}_fresh_${process.pid}_${made}_${process.hrtime.bigint().toString(36)}`;
  await clone(name);
  return { url: databaseUrl(run, name), drop: () => drop(name) };
}

async function clone(name: string): Promise<void> {
  const run = currentRun();
  for (;;) {
    try {
      await onServer(run.serverUrl, (client) => client.query(`create database ${name} template ${templateOf(run)}`));
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== TEMPLATE_IN_USE) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function drop(name: string): Promise<void> {
  await onServer(currentRun().serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
}
