import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { unusable, type DataFolder } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { initializeCluster, PASSWORD_FILE, UNFINISHED_PREFIX } from './initialize-cluster.js';
import type { Launcher } from './launcher.js';
import { systemErrorCode } from './system-error.js';

/**
 * Makes sure that there is a complete cluster of the right version, and returns the password of its user.
 *
 * A cluster is made beside its place and moved there when it is complete, so that an initdb that was killed halfway
 * leaves nothing that looks like a cluster.
 *
 * @throws EmbeddedPostgresError when what is there is not a cluster or belongs to another major version.
 */
export async function ensureCluster(
  folder: DataFolder,
  binaries: Binaries,
  launcher: Launcher,
  log: (line: string) => void,
): Promise<string> {
  await removeUnfinished(folder);
  const version = await orNothing(readFile(join(folder.cluster, 'PG_VERSION'), 'utf8'), folder.cluster);
  if (version === null) {
    await refuseForeign(folder);
    log(`creating a PostgreSQL ${launcher.major} database in ${folder.cluster}`);
    await initializeCluster(folder, binaries, launcher);
  } else if (version.trim() !== launcher.major) {
    throw new EmbeddedPostgresError(
      `The data in ${folder.cluster} is from PostgreSQL ${version.trim()} and cannot be used by ${launcher.major}: ` +
        'dump it with the old version, or move the folder away to begin with an empty database.',
    );
  }
  return readFile(join(folder.cluster, PASSWORD_FILE), 'utf8').catch((cause: unknown) => {
    throw unusable(folder.cluster, cause);
  });
}

async function refuseForeign(folder: DataFolder): Promise<void> {
  const entries = await orNothing(readdir(folder.cluster), folder.cluster);
  if (entries !== null && entries.length > 0) {
    throw new EmbeddedPostgresError(
      `${folder.cluster} is not a PostgreSQL data directory: move it away, or choose another with HOLDFAST_DATA_DIR.`,
    );
  }
}

/** An initdb may have outlived its parent and still write: it fails when its folder goes, and what is left goes next time. */
async function removeUnfinished(folder: DataFolder): Promise<void> {
  const entries = await readdir(folder.root);
  for (const entry of entries.filter((name) => name.startsWith(UNFINISHED_PREFIX))) {
    await rm(join(folder.root, entry), { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined);
  }
}

/** Null when the file is missing; every other failure means that the folder cannot be used. */
function orNothing<Value>(reading: Promise<Value>, path: string): Promise<Value | null> {
  return reading.catch((cause: unknown) => {
    if (systemErrorCode(cause) === 'ENOENT') {
      return null;
    }
    throw unusable(path, cause);
  });
}
