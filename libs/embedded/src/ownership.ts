import { randomInt } from 'node:crypto';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unusable, type DataFolder } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { identify, isRunning, type ProcessIdentity } from './process-identity.js';
import { systemErrorCode } from './system-error.js';

/** The sole right to use a data folder. */
export interface Ownership {
  release(): Promise<void>;
}

interface Claim {
  readonly file: string;
  readonly owner: ProcessIdentity;
  readonly holds: boolean;
}

const HOLDS = 'holds';

/**
 * Makes this process the only one that uses the folder, until it releases it or ends.
 *
 * Each process writes a claim under a name of its own (pid and start time), so that the claim of a dead process can be
 * removed by anybody at any moment: nothing else will ever bear that name. A single lock file has no such moment, since
 * between the look and the removal somebody else may have replaced it. Among claims that stand at the same time, the
 * later name steps back and the earlier one waits until it has.
 *
 * @throws EmbeddedPostgresError with the pid of the process that uses the folder.
 */
export async function takeOwnership(folder: DataFolder): Promise<Ownership> {
  const me = identify(process.pid) ?? { pid: process.pid, born: null };
  const name = `${me.pid}.${me.born ?? ''}`;
  const file = join(folder.owners, name);
  const release = () => rm(file, { force: true });
  for (;;) {
    await stake(folder, file);
    const verdict = await standing(folder, name).catch(async (error: unknown) => {
      await release();
      throw error;
    });
    if (verdict === 'mine') {
      await writeFile(file, HOLDS);
      return { release };
    }
    await release();
    if (verdict !== 'stepBack') {
      throw inUse(folder, verdict.owner.pid);
    }
    await delay(randomInt(5, 25));
  }
}

async function stake(folder: DataFolder, file: string): Promise<void> {
  try {
    await writeFile(file, '', { flag: 'wx' });
  } catch (cause) {
    throw systemErrorCode(cause) === 'EEXIST' ? inUse(folder, process.pid) : unusable(folder.root, cause);
  }
}

/** Decides about our claim: it wins, must step back for an earlier one, or meets one that already holds the folder. */
async function standing(folder: DataFolder, name: string): Promise<'mine' | 'stepBack' | Claim> {
  for (;;) {
    const rivals = await readRivals(folder, name);
    const holder = rivals.find((claim) => claim.holds);
    if (holder) {
      return holder;
    }
    if (rivals.length === 0) {
      return 'mine';
    }
    if (rivals.some((claim) => claim.file < join(folder.owners, name))) {
      return 'stepBack';
    }
    await delay(5);
  }
}

async function readRivals(folder: DataFolder, name: string): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const entry of await readdir(folder.owners)) {
    const [, pid, born] = /^(\d+)\.(.*)$/.exec(entry) ?? [];
    if (entry === name || pid === undefined) {
      continue;
    }
    const owner = { pid: Number(pid), born: born || null };
    const file = join(folder.owners, entry);
    if (!isRunning(owner)) {
      await rm(file, { force: true });
      continue;
    }
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) {
      claims.push({ file, owner, holds: text === HOLDS });
    }
  }
  return claims;
}

function inUse(folder: DataFolder, pid: number): EmbeddedPostgresError {
  const who = pid === process.pid ? `this process (pid ${pid})` : `process ${pid}`;
  return new EmbeddedPostgresError(
    `The data folder ${folder.root} is already used by ${who}: stop that one first, or choose another with HOLDFAST_DATA_DIR.`,
  );
}
