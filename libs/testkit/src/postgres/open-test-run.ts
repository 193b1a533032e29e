import { join } from 'node:path';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { dropDatabases, newFolder, removeAbandonedFolders, removeFolder } from './leftovers.js';
import { onServer, openSession } from './server-session.js';
import { databaseUrl, newTestRun, templateOf, type TestRun } from './test-run.js';

export interface TestRunOptions {
  /** Server to use; undefined for an embedded one in the folder of the run. */
  readonly serverUrl: string | undefined;
  /** Gives the empty database at `url` the schema that every test database begins with. */
  readonly prepare: (url: string) => Promise<unknown>;
}

export interface OpenTestRun extends TestRun {
  /** Leaves neither a database, nor a server, nor a folder behind. May be called again. */
  close(): Promise<void>;
}

interface TestServer {
  readonly url: string;
  close(run: TestRun): Promise<void>;
}

/**
 * Provides a server with the template database of a new run, and clears away what killed runs left. An embedded server
 * keeps its safe settings: tests of crashes need a database that means what it says.
 */
export async function openTestRun({ serverUrl, prepare }: TestRunOptions): Promise<OpenTestRun> {
  await removeAbandonedFolders();
  const folder = await newFolder();
  try {
    const server = await (serverUrl === undefined ? startServer(folder) : borrowServer(serverUrl));
    const run = newTestRun(server.url, folder);
    const sign = await openSession(run.serverUrl, run.name);
    let closing: Promise<void> | undefined;
    const close = (): Promise<void> => (closing ??= closeAll(run, sign, server));
    await createTemplate(run, prepare).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { ...run, close };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

async function closeAll(run: TestRun, sign: { end(): Promise<void> }, server: TestServer): Promise<void> {
  await sign.end();
  await server.close(run);
  await removeFolder(run.folder);
}

async function createTemplate(run: TestRun, prepare: TestRunOptions['prepare']): Promise<void> {
  const template = templateOf(run);
  await onServer(run.serverUrl, (client) => client.query(`create database ${template}`));
  await prepare(databaseUrl(run, template));
  // A session in the template would keep it from being cloned.
  await onServer(run.serverUrl, (client) => client.query(`alter database ${template} allow_connections false`));
}

async function startServer(folder: string): Promise<TestServer> {
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'server') });
  return { url: server.url, close: () => server.stop() };
}

async function borrowServer(url: string): Promise<TestServer> {
  await dropDatabases(url);
  return { url, close: (run) => dropDatabases(url, run.name) };
}
