import { execFile } from 'node:child_process';
import { chown, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/**
 * Copies a running server's data folder as `pg_basebackup` does (PostgreSQL manual, «Making a base backup using the low
 * level API»): between the calls that begin and end a backup, with the log that the copy needs to become consistent.
 * What is committed later is not in it.
 */
export async function baseBackup(url: string, from: string, to: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`select pg_backup_start('test', fast => true)`);
    await copyFolder(from, to);
    await rm(join(to, 'postmaster.pid'));
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeAs(to, 'backup_label', rows[0]?.labelfile ?? '');
    await rm(join(to, 'pg_wal'), { recursive: true });
    await copyFolder(join(from, 'pg_wal'), join(to, 'pg_wal'));
  } finally {
    await client.end();
  }
}

/** With owners and modes, on which PostgreSQL insists. A running server may remove a temporary file meanwhile. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to], { env: { ...process.env, LC_ALL: 'C' } }).catch((error: { stderr?: string }) => {
    const complaints = error.stderr?.trim().split('\n') ?? [];
    if (!complaints.every((line) => line.endsWith('No such file or directory'))) throw error;
  });
}

/** A file of the server's, owned by its account. */
export async function writeAs(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  const { uid, gid } = await stat(folder);
  await chown(path, uid, gid);
}
