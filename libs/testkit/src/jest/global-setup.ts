import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { migrate } from '@holdfast/store';
import { discardFolders, dropDatabases, folderOf } from '../postgres/leftovers.js';
import {
  databaseUrl,
  onServer,
  RUN_VARIABLE,
  runNameOf,
  SERVER_URL_VARIABLE,
  templateOf,
} from '../postgres/test-server.js';

/** Handed to the teardown, which Jest runs in this same process. */
export interface RunningServer {
  readonly serverUrl: string;
  readonly embedded: EmbeddedServer | null;
}

export const RUNNING = Symbol.for('holdfast.testkit.running');

/**
 * Before all tests: finds a server (`DATABASE_URL`) or starts an embedded one, clears away what killed runs left, and
 * migrates the template that every test database is cloned from. The server keeps its safe settings.
 */
export default async function globalSetup(): Promise<void> {
  await discardFolders();
  const given = process.env['DATABASE_URL'];
  const embedded = given ? null : await startEmbeddedPostgres({ dataDir: folderOf(process.pid) });
  const serverUrl = given ?? (embedded as EmbeddedServer).url;
  (globalThis as Record<symbol, unknown>)[RUNNING] = { serverUrl, embedded } satisfies RunningServer;
  await dropDatabases(serverUrl, process.pid);
  const run = { serverUrl, name: runNameOf(process.pid) };
  await onServer(serverUrl, (client) => client.query(`create database ${templateOf(run)}`));
  await migrate(databaseUrl(run, templateOf(run)));
  process.env[SERVER_URL_VARIABLE] = serverUrl;
  process.env[RUN_VARIABLE] = run.name;
}
