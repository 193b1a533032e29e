import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { discardEmbeddedPostgres, identify, isRunning } from '@holdfast/embedded';
import { onServer } from './server-session.js';
import { RUN_DATABASE } from './test-run.js';

/** Taken down once, because a run makes its own folder the place for temporary files. */
const TEMPORARY = tmpdir();

const FOLDER = /^holdfast-test-(\d+)\.([\w-]*)\./;

/**
 * Makes the folder for all temporary files of a run. The owner's pid and start are in its name, so that a folder can be
 * told to be of no further use from the first moment on, and also after the pid was given to somebody else.
 */
export async function newFolder(): Promise<string> {
  const { pid, born } = identify(process.pid) ?? { pid: process.pid, born: null };
  const path = join(TEMPORARY, `holdfast-test-${pid}.${born ?? ''}.${randomBytes(2).toString('hex')}`);
  await mkdir(path);
  return path;
}

/** Removes what runs that were killed left on this machine. */
export async function removeAbandonedFolders(): Promise<void> {
  for (const entry of await readdir(TEMPORARY)) {
    const [, pid, born] = FOLDER.exec(entry) ?? [];
    if (pid !== undefined && !isRunning({ pid: Number(pid), born: born || null })) {
      // What belongs to another user is for that user's next run.
      await removeFolder(join(TEMPORARY, entry)).catch(() => undefined);
    }
  }
}

/** Removes the folder of a run, and ends the servers that tests which were cut short left in it. */
export async function removeFolder(path: string): Promise<void> {
  const files = await readdir(path, { recursive: true }).catch(() => []);
  for (const file of files.filter((name) => name.endsWith(join('postgres', 'postmaster.pid')))) {
    // One that still has a living owner ends by itself, within the minute in which PostgreSQL misses its files.
    await discardEmbeddedPostgres(join(path, dirname(dirname(file)))).catch(() => undefined);
  }
  await rm(path, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Drops the databases of runs that were killed before they could, and those of the run named `ended`. A run is alive as
 * long as it has a session of its name: a pid would tell nothing, because other machines may use the server as well.
 */
export async function dropDatabases(serverUrl: string, ended?: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const databases = await client.query<{ name: string }>('select datname as name from pg_database');
    const sessions = await client.query<{ name: string }>('select application_name as name from pg_stat_activity');
    const alive = new Set(sessions.rows.map((session) => session.name));
    for (const { name } of databases.rows) {
      const run = RUN_DATABASE.exec(name)?.[1];
      if (run !== undefined && (run === ended || !alive.has(run))) {
        await client.query(`drop database if exists ${name} with (force)`);
      }
    }
  });
}
