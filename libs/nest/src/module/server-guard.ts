import type { Log } from '@holdfast/kernel';
import { checkServer, checkSessions } from '@holdfast/store';
import type { HoldfastOptions } from './holdfast-options.js';

type Guarded = Pick<HoldfastOptions, 'databaseUrl' | 'pooler' | 'serverCheck'>;

/**
 * Looks at the server before anything is migrated or started on it, with the role and the database that will be used.
 * Throws an `Error` of one line for one that cannot be worked with and, unless `serverCheck` says `warn`, for one that
 * may forget what it acknowledged; the driver's error when it cannot be reached.
 */
export async function guardServer(options: Guarded, log: Pick<Log, 'warn'>): Promise<void> {
  const { databaseUrl, pooler, serverCheck = 'refuse' } = options;
  if (serverCheck === 'off') return;
  const sessions = await checkSessions(databaseUrl, pooler === 'transaction');
  for (const { level, message } of [...sessions, ...(await checkServer(databaseUrl))]) {
    if (level === 'fatal' || serverCheck === 'refuse') throw new Error(`databaseUrl: ${message}`);
    log.warn(message);
  }
}
