import { discardEmbeddedPostgres } from '@holdfast/embedded';
import { dropDatabases, folderOf } from '../postgres/leftovers.js';
import { RUNNING, type RunningServer } from './global-setup.js';

/** After all tests: leaves neither a database, nor a server, nor a folder behind. */
export default async function globalTeardown(): Promise<void> {
  const running = (globalThis as Record<symbol, unknown>)[RUNNING] as RunningServer | undefined;
  if (!running) return;
  if (!running.embedded) {
    await dropDatabases(running.serverUrl, process.pid);
    return;
  }
  await running.embedded.stop();
  await discardEmbeddedPostgres(folderOf(process.pid));
}
