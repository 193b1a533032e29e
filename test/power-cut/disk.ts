import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';

/** Seconds between two commits of the file system's journal: what nobody forces to disk must not get there by itself. */
const JOURNAL_COMMIT_S = 300;
const SIZE = '2G';

/** Whether this machine lets us mount an image of a file system: needs Linux, root and loop devices. */
export function canMount(): boolean {
  try {
    execFileSync('losetup', ['--find'], { stdio: 'ignore' });
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}

/** A disk of our own: a file with an ext4 file system in it, mounted at a folder. */
export class Disk {
  private constructor(
    private readonly image: string,
    readonly folder: string,
  ) {}

  static create(image: string, folder: string): Disk {
    execFileSync('truncate', ['--size', SIZE, image]);
    execFileSync('mkfs.ext4', ['-q', '-F', image]);
    return new Disk(image, folder).mount();
  }

  /**
   * What a power cut leaves of this disk now: all that was forced to it, and whatever else the system has written by
   * itself. What is only in the memory of the system is not in the file behind the disk. Nobody may write meanwhile.
   */
  cut(image: string, folder: string): Disk {
    execFileSync('cp', ['--sparse=auto', '--reflink=never', this.image, image]);
    return new Disk(image, folder).mount();
  }

  unmount(): void {
    execFileSync('umount', [this.folder]);
  }

  /** The file system recovers from its journal here, as after the power has come back. */
  private mount(): this {
    mkdirSync(this.folder, { recursive: true });
    execFileSync('mount', ['-o', `loop,commit=${JOURNAL_COMMIT_S}`, this.image, this.folder]);
    return this;
  }
}

/** Lets a server and all its processes stand still while `work` is done. */
export function whileStopped<Result>(postmaster: number, work: () => Result): Result {
  const pids = [postmaster, ...childrenOf(postmaster)];
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  // What the server began in between: it cannot begin any more now.
  const late = childrenOf(postmaster).filter((pid) => !pids.includes(pid));
  for (const pid of late) process.kill(pid, 'SIGSTOP');
  try {
    return work();
  } finally {
    for (const pid of [...pids, ...late]) process.kill(pid, 'SIGCONT');
  }
}

/** From /proc: the fourth field of `stat` is the parent, after a name in parentheses that may hold anything. */
function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
      } catch {
        // It has ended since.
        return false;
      }
    });
}
