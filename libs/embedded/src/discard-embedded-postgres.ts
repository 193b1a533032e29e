import { rm, stat } from 'node:fs/promises';
import { openDataFolder } from './data-folder.js';
import { stopOrphan } from './orphan.js';
import { takeOwnership } from './ownership.js';

/**
 * Removes a data folder with all that is in it, after stopping a server that was left behind there. For databases that
 * are of no further use, such as those of tests.
 *
 * @throws EmbeddedPostgresError when a living process uses the folder.
 */
export async function discardEmbeddedPostgres(dataDir: string): Promise<void> {
  if (!(await stat(dataDir).catch(() => null))) {
    return;
  }
  const folder = await openDataFolder(dataDir);
  const ownership = await takeOwnership(folder);
  try {
    await stopOrphan(folder.cluster, () => undefined);
    await rm(folder.root, { recursive: true, force: true, maxRetries: 5 });
  } finally {
    await ownership.release();
  }
}
