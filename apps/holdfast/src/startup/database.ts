import { EmbeddedPostgresError, type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import type { Log } from '@holdfast/kernel';
import { directUrl, type HoldfastOptions } from '@holdfast/nestjs';
import {
  assertLevel,
  checkServer,
  checkSessions,
  migrate,
  MigrationError,
  SchemaMismatchError,
  type ServerFinding,
} from '@holdfast/store';
import type { Settings } from '../settings/settings.js';
import { redacted, shownDatabaseUrl } from './redact.js';
import { reasonOf, StartupError } from './startup-error.js';

/** Starts the embedded server in the data folder. Throws a {@link StartupError}. */
export async function startEmbedded(settings: Settings, log: Log): Promise<EmbeddedServer> {
  try {
    return await startEmbeddedPostgres({
      dataDir: settings.dataDir,
      log: (line) => log.debug('Embedded PostgreSQL.', { line }),
    });
  } catch (error) {
    if (error instanceof EmbeddedPostgresError) throw new StartupError(error.message, { cause: error });
    throw new StartupError(`The embedded PostgreSQL cannot start: ${reasonOf(error)}.`, { cause: error });
  }
}

/** How PostgreSQL is reached. */
export type DatabaseWay = Pick<HoldfastOptions, 'databaseUrl' | 'pooler' | 'directUrl'>;

/** The way the settings tell; an embedded server is reached directly, whatever they say of another one. */
export function databaseWay(settings: Settings, embedded: EmbeddedServer | null): DatabaseWay {
  if (settings.databaseUrl === null) return { databaseUrl: embedded?.url ?? '' };
  const { databaseUrl, pooler, directUrl: direct } = settings;
  return { databaseUrl, pooler, directUrl: direct ?? undefined };
}

/**
 * Looks at the server and brings its schema up to date; gives the names of the migrations that were applied. A server
 * that may forget what it acknowledged is refused in production and warned about elsewhere. Throws a
 * {@link StartupError}.
 */
export async function prepareDatabase(way: DatabaseWay, settings: Settings, log: Log): Promise<readonly string[]> {
  const url = way.databaseUrl;
  const heed = (findings: readonly ServerFinding[]) => {
    for (const { level, message } of findings) {
      if (level === 'fatal' || settings.production) throw new StartupError(`DATABASE_URL: ${message}`);
      log.warn(message);
    }
  };
  heed(await asked(url, () => checkServer(url)));
  heed(await asked(url, () => checkSessions(url, way.pooler === 'transaction')));
  const direct = directUrl(way);
  const { applied, beyond } = await (direct === null
    ? asked(url, () => assertLevel(url))
    : asked(direct, () => migrate(direct)));
  if (beyond.length > 0) log.info('The schema is that of a newer release, which this one works beside.', { beyond });
  return applied;
}

async function asked<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const cause = new Error(redacted(reasonOf(error), url));
    const saysItAll = error instanceof SchemaMismatchError || error instanceof MigrationError;
    if (saysItAll) throw new StartupError(cause.message, { cause });
    throw new StartupError(
      `DATABASE_URL: cannot use PostgreSQL at ${shownDatabaseUrl(url)}: ${cause.message}.${remedy(error)}`,
      { cause },
    );
  }
}

/** What usually helps, by the code of Node's socket errors or the SQLSTATE. */
const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: ' Is the server running, and is the port right?',
  ENOTFOUND: ' Is the host name right?',
  ETIMEDOUT: ' Is the host reachable from here?',
  '28P01': ' Check user and password.',
  '28000': ' Check user, password and pg_hba.conf.',
  '3D000': ' Create the database first.',
  '42501': ' The user needs the right to create a schema.',
};

function remedy(error: unknown): string {
  const source = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code } = (source ?? {}) as { code?: unknown };
  return typeof code === 'string' ? (REMEDIES[code] ?? '') : '';
}
