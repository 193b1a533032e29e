import { constants } from 'node:fs';
import { access, chmod, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { makeFolder } from './make-folder.js';
import { systemErrorCode } from './system-error.js';

/** The data folder of one embedded server. All paths are absolute and free of symbolic links. */
export interface DataFolder {
  readonly root: string;
  /** PostgreSQL's own data directory. */
  readonly cluster: string;
  /** One file for each process that uses the folder or wants to. */
  readonly owners: string;
  /** What the server writes to its standard error. */
  readonly log: string;
}

/**
 * Creates the folder where it is missing.
 *
 * @throws EmbeddedPostgresError when the path is a file or cannot be written.
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const wanted = resolve(path);
  try {
    const isNew = !(await stat(wanted).catch(() => null));
    await makeFolder(wanted);
    await access(wanted, constants.W_OK | constants.X_OK);
    const root = await realpath(wanted);
    if (process.getuid?.() === 0) {
      // The server runs under another account and must pass through; what is in here has its own, narrower modes.
      // A folder that was there before belongs to somebody: it keeps what it allows, and lets the account pass.
      await chmod(root, isNew ? 0o711 : ((await stat(root)).mode & 0o7777) | 0o011);
    }
    const folder = {
      root,
      cluster: join(root, 'postgres'),
      owners: join(root, 'owners'),
      log: join(root, 'postgres.log'),
    };
    await makeFolder(folder.owners);
    return folder;
  } catch (cause) {
    throw unusable(wanted, cause);
  }
}

/** The refusal of a folder for an error of the file system. */
export function unusable(path: string, cause: unknown): EmbeddedPostgresError {
  const code = systemErrorCode(cause);
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    const text = `The data folder ${path} is a file, or lies below one: choose another with HOLDFAST_DATA_DIR.`;
    return new EmbeddedPostgresError(text, { cause });
  }
  return new EmbeddedPostgresError(
    `The data folder ${path} cannot be written (${code ?? String(cause)}): give it to this user, or choose another with HOLDFAST_DATA_DIR.`,
    { cause },
  );
}
