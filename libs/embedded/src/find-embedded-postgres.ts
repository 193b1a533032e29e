import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { databaseUrl } from './database.js';
import { PASSWORD_FILE } from './initialize-cluster.js';
import { readPostmasterFile } from './postmaster-file.js';
import { isRunning } from './process-identity.js';

/**
 * The URL of the embedded server that runs in `dataDir`, started by whomever; null when none does, or when this user may
 * not read its password. Starts and changes nothing.
 */
export async function findEmbeddedPostgres(dataDir: string): Promise<string | null> {
  const cluster = join(dataDir, 'postgres');
  const server = await readPostmasterFile(cluster);
  if (!server?.ready || server.port === null || !isRunning({ pid: server.pid, born: null })) return null;
  const password = await readFile(join(cluster, PASSWORD_FILE), 'utf8').catch(() => null);
  return password === null ? null : databaseUrl(server.port, password);
}
