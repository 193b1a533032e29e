import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discardEmbeddedPostgres } from '@holdfast/embedded';
import { onServer } from './test-server.js';

const FOLDER = /^holdfast-test-(\d+)$/;
const DATABASE = /^holdfast_test_(\d+)_/;

/** Folder of the embedded server of a run. */
export function folderOf(pid: number): string {
  return join(tmpdir(), `holdfast-test-${pid}`);
}

/** Removes the servers and folders of runs that were killed before they could. */
export async function discardFolders(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const pid = FOLDER.exec(entry)?.[1];
    if (pid && !isAlive(Number(pid))) await discardEmbeddedPostgres(join(tmpdir(), entry)).catch(() => undefined);
  }
}

/** Drops the databases of this run and of runs that were killed before they could. */
export async function dropDatabases(serverUrl: string, ownPid: number): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('select datname as name from pg_database');
    for (const { name } of rows) {
      const pid = Number(DATABASE.exec(name)?.[1] ?? ownPid);
      if (DATABASE.test(name) && (pid === ownPid || !isAlive(pid))) {
        await client.query(`drop database if exists ${name} with (force)`);
      }
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
