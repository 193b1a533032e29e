import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HoldfastOptions } from '@holdfast/nestjs';
import { emptyDatabase } from '@holdfast/testkit';
import pg from 'pg';
import { bootInvoices } from './invoices.js';

let database: Awaited<ReturnType<typeof emptyDatabase>>;

beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

async function ask(text: string): Promise<unknown[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query<object>(text);
  await client.end();
  return rows;
}

/** From the next session on. */
async function set(setting: string): Promise<void> {
  await ask(`do $$ begin execute format('alter database %I set ${setting}', current_database()); end $$`);
}

const boot = (options: Partial<HoldfastOptions> = {}) => bootInvoices(database.url, {}, { worker: null, ...options });

describe('an application on a server that may forget what it has acknowledged', () => {
  beforeEach(() => set('synchronous_commit = off'));

  test('does not start, and makes nothing there', async () => {
    await expect(boot()).rejects.toThrow(
      'databaseUrl: synchronous_commit is off: an acknowledged create can be lost in a crash. Turn it on.',
    );
    expect(await ask(`select from pg_namespace where nspname = 'holdfast'`)).toEqual([]);
  });

  test('starts when it is told to warn, and warns', async () => {
    const warnings: string[] = [];
    const say = () => undefined;
    const log = { debug: say, info: say, error: say, warn: (message: string) => void warnings.push(message) };
    const { app } = await boot({ serverCheck: 'warn', log });
    expect(warnings).toEqual([expect.stringMatching(/^synchronous_commit is off/)]);
    await app.close();
  });
});

test('an application does not start on a server that cannot work, whatever it was told', async () => {
  await set('default_transaction_isolation = serializable');
  await expect(boot({ serverCheck: 'warn' })).rejects.toThrow(/^databaseUrl: default_transaction_isolation is serial/);
});
