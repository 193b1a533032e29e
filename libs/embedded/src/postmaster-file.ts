import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a running server says about itself in its data directory. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number | null;
  /** True from the moment it accepts connections; those of a standby can only read. */
  readonly ready: boolean;
}

/** Where it says so. */
export function postmasterFilePath(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/**
 * Reads it line by line as PostgreSQL writes it (`src/include/utils/pidfile.h`): pid, directory, start, port, socket,
 * address, shared memory, status. Null when there is none or it is still empty.
 */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | null> {
  const text = await readFile(postmasterFilePath(cluster), 'utf8').catch(() => '');
  const [pid, , , port, , , , status] = text.split('\n').map((line) => line.trim());
  // A stand-alone backend writes its pid with a minus sign.
  const number = Math.abs(Number(pid));
  return pid && Number.isSafeInteger(number) && number > 0
    ? { pid: number, port: port ? Number(port) : null, ready: status === 'ready' || status === 'standby' }
    : null;
}
