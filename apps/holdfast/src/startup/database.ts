import { EmbeddedPostgresError, type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import type { Log } from '@holdfast/kernel';
import { checkServer, migrate, MigrationError, SchemaMismatchError } from '@holdfast/store';
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

/**
 * Looks at the server and brings its schema up to date; gives the names of the migrations that were applied. A server
 * that may forget what it acknowledged is refused in production and warned about elsewhere. Throws a
 * {@link StartupError}.
 */
export async function prepareDatabase(url: string, settings: Settings, log: Log): Promise<readonly string[]> {
  for (const finding of await asked(url, () => checkServer(url))) {
    if (finding.level === 'fatal' || settings.production) throw new StartupError(`DATABASE_URL: ${finding.message}`);
    log.warn(finding.message);
  }
  const { applied, beyond } = await asked(url, () => migrate(url));
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
