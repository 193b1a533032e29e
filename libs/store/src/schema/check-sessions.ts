import { Client } from 'pg';
import { statement } from '../statements/statement.js';
import type { ServerFinding } from './check-server.js';
import { missingSettings, sessionOptions } from './session-settings.js';

const PAGE = 'docs/operations/poolers.md';
/** SQLSTATE «protocol violation»: how PgBouncer refuses what a session would be begun with. */
const REFUSED_OPTIONS = '08P01';

/**
 * Looks at what the pool would get: is a session its own from one transaction to the next, and are its settings those
 * it needs? Throws the driver's error when it cannot be reached.
 *
 * @param pooled what the caller was told about `url`.
 */
export async function checkSessions(url: string, pooled: boolean): Promise<ServerFinding[]> {
  const clients = [newClient(url, pooled), newClient(url, pooled)];
  try {
    const backends: number[] = [];
    for (const client of clients) {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      backends.push(rows[0]?.pid ?? 0);
    }
    // Two sessions that are open at once cannot have one server process, unless neither has any between transactions.
    if (!pooled && backends[0] === backends[1]) return [UNTOLD];
    return await judgeSettings(clients[0] as Client);
  } catch (error) {
    if (!pooled && (error as { code?: unknown }).code === REFUSED_OPTIONS) return [UNTOLD];
    throw error;
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

const UNTOLD: ServerFinding = {
  level: 'fatal',
  message:
    'A pooler (PgBouncer?) stands before PostgreSQL, and statements prepared in one session would be missing in the ' +
    `next: set HOLDFAST_POOLER=transaction (pooler: 'transaction' in a module), or connect to PostgreSQL itself. See ${PAGE}.`,
};

async function judgeSettings(client: Client): Promise<ServerFinding[]> {
  const { rows } = await client.query<{ name: string; setting: string }>(statement('session-settings').text);
  const missing = missingSettings(new Map(rows.map(({ name, setting }) => [name, setting])));
  if (missing.length === 0) return [];
  return [
    {
      level: 'unsafe',
      message: `Sessions come without ${missing.join(', ')}: set them on the role, see ${PAGE}.`,
    },
  ];
}

function newClient(url: string, pooled: boolean): Client {
  const client = new Client({
    connectionString: url,
    application_name: 'holdfast check',
    connectionTimeoutMillis: 5_000,
    ...(pooled ? {} : { options: sessionOptions() }),
  });
  client.on('error', () => undefined);
  return client;
}
