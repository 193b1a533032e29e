import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freshDatabase } from '@holdfast/testkit';
import pg from 'pg';
import { bootPayments } from '../nest/payments-app.js';
import { type Contender, post } from './contender.js';

const MAIN = join(import.meta.dirname, '..', 'nest', 'payments-process.js');

/** A route with `@Idempotent({ transaction: true })` on real PostgreSQL; its dying process is a real one. */
export async function holdfast(): Promise<Contender> {
  const database = await freshDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  await client.query('create table public.invoices (id text primary key, cents integer not null)');
  const [first, second] = [await bootPayments(database.url, 'fastify'), await bootPayments(database.url, 'fastify')];
  const at = (url: string) => `${url}/payments/compared`;
  return {
    name: '@holdfast/nestjs',
    url: at(first.url),
    survivorUrl: at(second.url),
    crash: async (key, payment) => {
      const child = spawn(process.execPath, [MAIN, database.url, 'mortal'], {
        env: { ...process.env, NODE_OPTIONS: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exit = once(child, 'exit');
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      await post(at(line.toString().trim()), key, { ...payment, fail: 'kill' }).catch(() => undefined);
      await exit;
    },
    effects: async (id) => {
      const { rowCount } = await client.query('select 1 from invoices where id like $1', [`${id}-%`]);
      return rowCount ?? 0;
    },
    stop: async () => {
      await Promise.all([first.app.close(), second.app.close()]);
      await client.end();
      await database.drop();
    },
  };
}
