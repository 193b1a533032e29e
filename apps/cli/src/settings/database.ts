import type { DatabaseWay } from '../doctor/database-findings.js';
import { Mistake } from '../outcome/mistake.js';
import { type Environment, variable } from './environment.js';

/** The database that a command works on: a flag comes before the environment. Null when nobody named one. */
export function databaseUrl(given: string | undefined, from: Environment): string | null {
  const url = given ?? variable(from, 'DATABASE_URL');
  if (url === undefined) return null;
  const { protocol } = URL.parse(url) ?? {};
  if (protocol === 'postgres:' || protocol === 'postgresql:') return url;
  // The text is a secret, whatever is wrong with it.
  throw new Mistake(
    'The database is not given as a PostgreSQL URL.',
    'Write postgres://user:password@host:port/database',
  );
}

/** How a service with the same variables goes there. */
export function databaseWay(url: string, from: Environment): DatabaseWay {
  const pooled = variable(from, 'HOLDFAST_POOLER') === 'transaction';
  return { url, pooled, listens: !pooled || variable(from, 'DATABASE_DIRECT_URL') !== undefined };
}
