import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort, freshDatabase, until } from '@holdfast/testkit';
import pg from 'pg';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'examples', 'nest-app', 'dist', 'main.js');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let client: pg.Client;
let folder: string;
let carrierLog: string;
let shop: { readonly url: string; readonly child: ChildProcess };

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-shop-'));
  carrierLog = join(folder, 'carrier');
  shop = await open();
});

afterAll(async () => {
  shop.child.kill('SIGKILL');
  await client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts the application as its README says, and waits until it is ready. */
async function open() {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: database.url,
      PORT: String(port),
      PACK_MS: '700',
      CARRIER_LOG: carrierLog,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  await until(isReady, 60_000);
  return { url, child };
}

interface Placed {
  readonly status: number;
  readonly replayed: string | null;
  readonly json: { readonly id?: string; readonly shipment?: string; readonly mismatch?: readonly string[] };
}

async function place(key: string, body: object, customer = 'ann'): Promise<Placed> {
  const answer = await fetch(`${shop.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-customer': customer },
    body: JSON.stringify(body),
  });
  const json = (await answer.json()) as Placed['json'];
  return { status: answer.status, replayed: answer.headers.get('idempotent-replayed'), json };
}

async function labelOf(id: string): Promise<string | null> {
  const answer = await fetch(`${shop.url}/orders/${id}`, { headers: { 'x-customer': 'ann' } });
  return ((await answer.json()) as { label: string | null }).label;
}

async function count(sql: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${sql}`);
  return rows[0]?.n ?? 0;
}

/** How often the carrier was asked for the label of an order. */
function labelsOf(id: string): number {
  const lines = existsSync(carrierLog) ? readFileSync(carrierLog, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith(`${id} `)).length;
}

test('its own test of the handler passes, with a Holdfast of its own', async () => {
  const file = join(dirname(MAIN), 'shipping', 'ship-order.test.js');
  const env = { ...process.env, NODE_OPTIONS: '', PACK_MS: '3600000', NODE_TEST_CONTEXT: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', '--test-reporter=tap', file], { env });
  expect(stdout).toMatch(/^# pass 1$/m);
});

describe('the shop with Holdfast in it', () => {
  test('takes an order once from a storm of 60 duplicates, and ships it', async () => {
    const answers = await Promise.all(Array.from({ length: 60 }, () => place('cart-1', { item: 'beans' })));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(answers.filter(({ replayed }) => replayed === 'false')).toHaveLength(1);
    const again = await place('cart-1', { item: 'beans' });
    const id = again.json.id ?? '';
    expect([again.status, again.replayed]).toEqual([201, 'true']);
    expect([await count('public.orders'), await count('holdfast.operations')]).toEqual([1, 1]);
    await until(async () => (await labelOf(id)) !== null);
    expect(labelsOf(id)).toBe(1);
  });

  test('refuses another order with the same key, and takes one from another customer', async () => {
    const first = await place('cart-2', { item: 'beans' });
    const other = await place('cart-2', { item: 'grinder' });
    expect([other.status, other.json.mismatch]).toEqual([422, ['/body/item']]);
    const bob = await place('cart-2', { item: 'grinder' }, 'bob');
    expect([bob.status, bob.json.id === first.json.id]).toEqual([201, false]);
  });

  test('leaves neither order nor operation when the order is refused after all', async () => {
    const before = [await count('public.orders'), await count('holdfast.operations')];
    expect((await place('cart-3', {})).status).toBe(400);
    expect([await count('public.orders'), await count('holdfast.operations')]).toEqual(before);
    // The key is not used up either.
    expect((await place('cart-3', { item: 'beans' })).status).toBe(201);
  });

  test('ships an order whose process was killed in the middle, and asks the carrier for one label', async () => {
    const { json } = await place('cart-4', { item: 'beans' });
    const id = json.id ?? '';
    await until(async () => labelsOf(id) === 1 && (await count(`holdfast.operation_steps where name = 'label'`)) > 0);
    await until(
      async () => (await count(`holdfast.operations where waiting_for = 'timer' and request::text like '%${id}%'`)) > 0,
    );
    const exit = once(shop.child, 'exit');
    shop.child.kill('SIGKILL');
    await exit;
    expect(await count(`public.orders where id = '${id}' and label is not null`)).toBe(0);
    shop = await open();
    await until(async () => (await labelOf(id)) !== null);
    expect(labelsOf(id)).toBe(1);
    expect((await place('cart-4', { item: 'beans' })).json.id).toBe(id);
  });

  test('ends in order when it is told to', async () => {
    const exit = once(shop.child, 'exit');
    shop.child.kill('SIGTERM');
    // Nest raises the signal again once everything is closed.
    expect(await exit).toEqual([null, 'SIGTERM']);
    expect(
      await count("pg_stat_activity where application_name like 'holdfast%' and datname = current_database()"),
    ).toBe(0);
  });
});
