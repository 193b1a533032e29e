import { spawnSync } from 'node:child_process';
import { readFile, readdir, readlink, realpath } from 'node:fs/promises';

/**
 * Does this pid belong to a PostgreSQL of the cluster? All its processes work in the data directory, so that whoever
 * works elsewhere merely got the pid later. Null when the system does not tell us.
 */
export async function isServerProcess(pid: number, cluster: string): Promise<boolean | null> {
  if (process.platform !== 'linux') {
    const answer = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return answer.stdout.includes(cluster);
  }
  const place = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => null);
  return place === null || name === null ? null : place === (await realpath(cluster)) && name.trim() === 'postgres';
}

/** The pids of all processes of the cluster. Empty on systems without /proc, which cannot be asked. */
export async function serverProcesses(cluster: string): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const checked = await Promise.all(pids.map(async (pid) => ((await isServerProcess(pid, cluster)) ? [pid] : [])));
  return checked.flat();
}

/** False when there is no such process, or it is not ours to signal. */
export function signalProcess(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
