import { Client, escapeIdentifier } from 'pg';
import { DATABASE_USER } from './initialize-cluster.js';

const DATABASE_NAME = 'holdfast';

/** Where a database of the embedded server is found. The password makes this text a secret. */
export function databaseUrl(port: number, password: string, database: string = DATABASE_NAME): string {
  return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** Creates the database that clients are sent to, where it is missing. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl(port, password, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (found.rowCount === 0) {
      await client.query(`create database ${escapeIdentifier(DATABASE_NAME)}`);
    }
  } finally {
    await client.end();
  }
}
