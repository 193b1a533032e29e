import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemErrorCode } from './system-error.js';

/** A process, told apart from a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in letters, digits and `-`; null where the system does not tell. */
  readonly born: string | null;
}

/** Who runs under a pid now; null when nobody does. A zombie is nobody: it holds no file and answers no signal. */
export function identify(pid: number): ProcessIdentity | null {
  if (!exists(pid)) {
    return null;
  }
  const seen = process.platform === 'linux' ? askProc(pid) : askPs(pid);
  if (seen === null) {
    return { pid, born: null };
  }
  return seen.state.startsWith('Z') || seen.state.startsWith('X') ? null : { pid, born: seen.born };
}

/** Is it still the same process? In doubt yes, because the answer decides over a running server. */
export function isRunning(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== null && (now.born === null || identity.born === null || now.born === identity.born);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

/** Fields 3 and 22 of /proc/<pid>/stat (proc(5)). The start is counted from the boot, so that it needs the boot's id. */
function askProc(pid: number): { state: string; born: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
    return { state: fields[0] ?? '', born: `${boot}-${fields[19] ?? ''}` };
  } catch {
    return null;
  }
}

function askPs(pid: number): { state: string; born: string } | null {
  const answer = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
  });
  const [state, ...start] = (answer.stdout ?? '').trim().split(/\s+/);
  return state ? { state, born: start.join('-').replaceAll(':', '-') } : null;
}
