import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, until } from '@holdfast/testkit';
import pg from 'pg';
import { freshKey } from './invoices.js';

const MAIN = join(import.meta.dirname, 'payments-process.js');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: pg.Client;
let survivor: Application;

interface Application {
  readonly url: string;
  readonly child: ChildProcess;
}

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  await client.query('create table public.invoices (id text primary key, cents integer not null)');
  survivor = await start();
});

afterAll(async () => {
  const exit = once(survivor.child, 'exit');
  survivor.child.kill('SIGKILL');
  await exit;
  await client.end();
  await database.drop();
});

async function start(...more: string[]): Promise<Application> {
  const child = spawn(process.execPath, [MAIN, database.url, ...more], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: line.toString().trim(), child };
}

async function send(url: string, path: string, key: string, body: object) {
  const response = await fetch(`${url}/payments/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-user': 'ann' },
    body: JSON.stringify(body),
  });
  const json = (await response.json()) as { error?: { code: string } };
  return { status: response.status, replayed: response.headers.get('idempotent-replayed'), code: json.error?.code };
}

/** Sends a request whose process is killed in the middle of the route. */
async function killIn(path: string, key: string): Promise<void> {
  const mortal = await start('mortal');
  const exit = once(mortal.child, 'exit');
  await expect(send(mortal.url, path, key, { id: key, fail: 'kill' })).rejects.toThrow();
  expect(await exit).toEqual([null, 'SIGKILL']);
}

async function cents(id: string): Promise<number> {
  const { rows } = await client.query<{ cents: number }>('select cents from invoices where id = $1', [id]);
  return rows[0]?.cents ?? 0;
}

describe('a route whose process is killed in the middle', () => {
  test('is executed again by one of 200 repeats, once the lease of the dead process is over', async () => {
    const key = freshKey();
    await killIn('crashing', key);
    const storm = () =>
      Promise.all(Array.from({ length: 200 }, () => send(survivor.url, 'crashing', key, { id: key, fail: 'kill' })));
    const answers = await storm();
    await until(async () => {
      answers.push(...(await storm()));
      return answers.at(-1)?.status === 201;
    });
    // Until the lease is over, and while the one runs, the others are told to come again.
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([409, 201]));
    expect(answers.filter(({ replayed }) => replayed === 'false')).toHaveLength(1);
    // Outside of a transaction a route is executed at least once: the first try had taken effect, too.
    expect(await cents(key)).toBe(2);
  });

  test('refuses another payload also then', async () => {
    const key = freshKey();
    await killIn('crashing', key);
    const other = await send(survivor.url, 'crashing', key, { id: 'another' });
    expect([other.status, other.code]).toEqual([422, 'idempotency_key_reused']);
  });

  test('that must not run twice says that its outcome is unknown, again and again', async () => {
    const key = freshKey();
    await killIn('crashing-once', key);
    const body = { id: key, fail: 'kill' };
    await until(async () => (await send(survivor.url, 'crashing-once', key, body)).status !== 409);
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const { status, code } = await send(survivor.url, 'crashing-once', key, body);
      expect([status, code]).toEqual([422, 'idempotency_outcome_unknown']);
    }
    expect(await cents(key)).toBe(1);
  });

  test('in a transaction has not happened: the next repeat runs at once, and takes effect once', async () => {
    const key = freshKey();
    await killIn('booked', key);
    const body = { id: key, fail: 'kill' };
    // PostgreSQL rolls back as soon as it sees that the connection is gone; no lease has to end.
    await until(async () => (await send(survivor.url, 'booked', key, body)).status === 201);
    const again = await send(survivor.url, 'booked', key, body);
    expect([again.status, again.replayed, await cents(key)]).toEqual([201, 'true', 1]);
  });
});
