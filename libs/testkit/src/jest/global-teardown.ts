import { openRun } from './open-run.js';

/** After all tests: leaves neither a database, nor a server, nor a folder behind. */
export default async function globalTeardown(): Promise<void> {
  await openRun()?.close();
}
