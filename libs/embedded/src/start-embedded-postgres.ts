import { serverAccount } from './account.js';
import { binariesIn, findBinaries } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { databaseUrl, ensureDatabase } from './database.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { findLauncher } from './launcher.js';
import { stopOrphan } from './orphan.js';
import { takeOwnership, type Ownership } from './ownership.js';
import { startServer } from './start-server.js';

export interface EmbeddedPostgresOptions {
  /** Created where it is missing; everything the server needs lies in it. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0 or absent for any that is free. */
  readonly port?: number;
  /** Folder with `initdb` and `postgres`, of version 15 or later, instead of those from npm. */
  readonly programs?: string;
  /** Server settings on top of the defaults, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Told in whole sentences what takes time or went wrong. PostgreSQL's own log is `<dataDir>/postgres.log`. */
  readonly log?: (line: string) => void;
}

export interface EmbeddedServer {
  /** Database `holdfast` as user `holdfast`. It contains the password. */
  readonly url: string;
  readonly port: number;
  /** Of the postmaster. */
  readonly pid: number;
  /** Ends all sessions and the server, and frees the data folder. May be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server that keeps its data in a folder and that nobody else needs to know of. It ends with
 * `stop()`, never with a signal to our process group. What a process that was killed left in the folder is recovered.
 *
 * @throws EmbeddedPostgresError when that is impossible here, with one line that says what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const folder = await openDataFolder(options.dataDir);
  const ownership = await takeOwnership(folder);
  try {
    const server = await startIn(folder, options);
    let stopping: Promise<void> | undefined;
    return { ...server, stop: () => (stopping ??= stopAndRelease(server, ownership)) };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

async function stopAndRelease(server: EmbeddedServer, ownership: Ownership): Promise<void> {
  try {
    await server.stop();
  } finally {
    await ownership.release();
  }
}

async function startIn(folder: DataFolder, options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const { port = 0, programs, settings = {}, log = () => undefined } = options;
  const binaries = programs === undefined ? findBinaries() : binariesIn(programs);
  const launcher = await findLauncher(binaries, folder.root, await serverAccount(folder.cluster));
  const password = await ensureCluster(folder, binaries, launcher, log);
  await stopOrphan(folder.cluster, log);
  const server = await startServer({ folder, binaries, launcher, port, settings, log });
  try {
    await ensureDatabase(server.port, password);
  } catch (cause) {
    await server.stop();
    throw new EmbeddedPostgresError(`PostgreSQL started but refused us (${String(cause)}): see ${folder.log}`, {
      cause,
    });
  }
  return { ...server, url: databaseUrl(server.port, password) };
}
