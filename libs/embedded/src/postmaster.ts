import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from './command.js';
import { readPostmasterFile } from './postmaster-file.js';
import { openServerLog } from './server-log.js';

const LOOK_EVERY_MS = 10;
const SAY_RECOVERING_MS = 3_000;
const FAST_SHUTDOWN_MS = 30_000;

/** A server that accepts connections and is a child of this process. */
export interface Postmaster {
  readonly pid: number;
  stop(): Promise<void>;
}

/** A server that ended before it was ready, with what it wrote. */
export interface FailedStart {
  readonly output: string;
}

/**
 * Starts the server and waits until it accepts connections, however long it recovers.
 *
 * It becomes the leader of a session of its own, so that a Ctrl-C or a signal to the whole process group does not reach
 * it: we need it until our drain is over.
 */
export async function launchPostmaster(
  command: Command,
  cluster: string,
  logFile: string,
  log: (line: string) => void,
): Promise<Postmaster | FailedStart> {
  const serverLog = await openServerLog(logFile);
  try {
    const stdio: ['ignore', number, number] = ['ignore', serverLog.fd, serverLog.fd];
    const child = spawn(command.file, command.args, { ...command.options, detached: true, stdio });
    const failure = new Promise<Error>((resolve) => child.once('error', resolve));
    if (child.pid === undefined) {
      return { output: `FATAL:  ${(await failure).message}` };
    }
    child.unref();
    if (!(await becomesReady(child, cluster, log))) {
      return { output: await serverLog.written() };
    }
    return supervise(child, child.pid, logFile, log);
  } finally {
    await serverLog.close();
  }
}

async function becomesReady(child: ChildProcess, cluster: string, log: (line: string) => void): Promise<boolean> {
  let patience = SAY_RECOVERING_MS / LOOK_EVERY_MS;
  while (!hasEnded(child)) {
    const file = await readPostmasterFile(cluster);
    if (file?.pid === child.pid && file?.ready) {
      return true;
    }
    if (--patience === 0) {
      log('PostgreSQL is recovering from its write-ahead log, which may take a while');
    }
    await delay(LOOK_EVERY_MS);
  }
  return false;
}

function supervise(child: ChildProcess, pid: number, logFile: string, log: (line: string) => void): Postmaster {
  let stopping: Promise<void> | undefined;
  child.once('exit', (code, signal) => {
    if (!stopping) {
      log(`PostgreSQL (pid ${pid}) ended by itself (${signal ?? `exit ${code}`}), see ${logFile}`);
    }
  });
  return { pid, stop: () => (stopping ??= shutDown(child, log)) };
}

/** Fast shutdown; if that hangs, the immediate one, which loses nothing either but makes the next start recover. */
async function shutDown(child: ChildProcess, log: (line: string) => void): Promise<void> {
  if (hasEnded(child)) {
    return;
  }
  // Without this the event loop could run empty while we wait, and the process would end first.
  child.ref();
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  const alarm = setTimeout(() => {
    log(`PostgreSQL (pid ${child.pid}) did not stop within ${FAST_SHUTDOWN_MS} ms, stopping it at once`);
    child.kill('SIGQUIT');
  }, FAST_SHUTDOWN_MS);
  await exit.finally(() => clearTimeout(alarm));
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
