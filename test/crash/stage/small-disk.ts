import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Holds a cluster, its write-ahead log of 256 MB at most, and what a run writes, with room to spare. */
const SIZE_MB = 1_024;
/** What it is called among the mounts, with the pid of whom it belongs to. */
const NAME = 'holdfast-crash-';
const CHUNK = Buffer.alloc(16 * 2 ** 20);

/** A file system of its own in memory, which can be full. */
export class SmallDisk {
  private readonly ballast: string;

  private constructor(readonly folder: string) {
    this.ballast = join(folder, 'ballast');
  }

  /** Mounts it there; null when that is not permitted: only root may, and not in every container. */
  static mount(folder: string): SmallDisk | null {
    mkdirSync(folder);
    const options = `size=${SIZE_MB}m,mode=0711`;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, `${NAME}${process.pid}`, folder], { stdio: 'ignore' });
      unmountAbandoned();
      return new SmallDisk(folder);
    } catch {
      return null;
    }
  }

  /** Leaves not one free block. */
  fill(): void {
    const file = openSync(this.ballast, 'w');
    try {
      for (let left = this.free(); left > 0; left = this.free()) {
        writeSync(file, CHUNK, 0, Math.min(left, CHUNK.length));
      }
    } catch (error) {
      // Somebody else has taken the last blocks in between.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      closeSync(file);
    }
  }

  empty(): void {
    rmSync(this.ballast, { force: true });
  }

  /** Takes it away; what was on it is moved to the folder it was mounted in when it is to be kept. */
  unmount(keep: boolean): void {
    const aside = `${this.folder}.kept`;
    if (keep) cpSync(this.folder, aside, { recursive: true, preserveTimestamps: true });
    execFileSync('umount', [this.folder]);
    rmSync(this.folder, { recursive: true });
    if (keep) execFileSync('mv', [aside, this.folder]);
  }

  private free(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }
}

/** A run that was killed could not take its own away. */
function unmountAbandoned(): void {
  for (const line of readFileSync('/proc/self/mounts', 'utf8').split('\n')) {
    const [name = '', folder = ''] = line.split(' ');
    const pid = name.startsWith(NAME) ? name.slice(NAME.length) : null;
    if (pid !== null && !existsSync(`/proc/${pid}`)) execFileSync('umount', ['--lazy', folder]);
  }
}
