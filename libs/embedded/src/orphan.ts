import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { postmasterFilePath, readPostmasterFile } from './postmaster-file.js';
import { identify } from './process-identity.js';
import { isServerProcess, serverProcesses, signalProcess } from './server-process.js';

const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/**
 * Stops the server that a killed process left running in the cluster. To be called by the owner of the folder only.
 *
 * It is stopped and not adopted: its sessions may still hold the locks of the killed process, it may have other
 * settings, another port and older binaries, and a server that is our child tells us when it ends.
 *
 * @throws EmbeddedPostgresError when it does not end.
 */
export async function stopOrphan(cluster: string, log: (line: string) => void): Promise<void> {
  const found = await readPostmasterFile(cluster);
  if (found === null || !signalProcess(found.pid, 0)) {
    return;
  }
  const isServer = identify(found.pid) !== null && (await isServerProcess(found.pid, cluster));
  if (isServer) {
    log(`stopping PostgreSQL (pid ${found.pid}), which was left behind in ${cluster}`);
    await end(found.pid);
  } else if (isServer === false) {
    // PostgreSQL only asks whether the pid exists. It would refuse to start because of a stranger, or of a zombie.
    await rm(postmasterFilePath(cluster), { force: true });
  }
}

/**
 * Ends the sessions of a server that was killed. They notice its death only when they wait for something, and a long
 * computation holds the shared memory until then. SIGQUIT makes them leave at once, without touching shared data.
 */
export async function endStrandedSessions(cluster: string): Promise<void> {
  for (const pid of await serverProcesses(cluster)) {
    signalProcess(pid, 'SIGQUIT');
  }
}

/** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one, after which the next start recovers from the WAL. */
async function end(pid: number): Promise<void> {
  signalProcess(pid, 'SIGINT');
  if (await gone(pid, FAST_SHUTDOWN_MS)) {
    return;
  }
  signalProcess(pid, 'SIGQUIT');
  if (!(await gone(pid, IMMEDIATE_SHUTDOWN_MS))) {
    throw new EmbeddedPostgresError(
      `PostgreSQL (pid ${pid}) was left behind and does not end: end it, then start again.`,
    );
  }
}

async function gone(pid: number, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await delay(15)) {
    if (identify(pid) === null) {
      return true;
    }
  }
  return false;
}
