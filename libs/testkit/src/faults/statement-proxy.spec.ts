import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { testDatabase } from '../postgres/index.js';
import { StatementProxy } from './statement-proxy.js';

const DELAY_MS = 40;

let proxy: StatementProxy;

beforeAll(async () => {
  proxy = await StatementProxy.start((await testDatabase()).url);
});

afterAll(() => proxy.close());

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: proxy.url });
  await client.connect();
  return client;
}

async function numberFrom(client: pg.Client, number: number): Promise<unknown> {
  const { rows } = await client.query<{ number: number }>('select $1::int as number', [number]);
  return rows[0]?.number;
}

test('a clogged connection loses nothing, and others go on', async () => {
  const clogged = await connect();
  const [line] = proxy.open;
  const other = await connect();
  line?.clog();
  const order: unknown[] = [];
  const late = numberFrom(clogged, 1).then((number) => order.push(number));
  order.push(await numberFrom(other, 2));
  line?.clear();
  await late;
  expect(order).toEqual([2, 1]);
  await Promise.all([clogged.end(), other.end()]);
});

test('a slow connection delivers everything, late in both directions', async () => {
  const client = await connect();
  proxy.setDelay(DELAY_MS);
  const startedAt = performance.now();
  expect(await numberFrom(client, 1)).toBe(1);
  const tookMs = performance.now() - startedAt;
  proxy.setDelay(0);
  // Timers may fire a millisecond early.
  expect(tookMs).toBeGreaterThanOrEqual(2 * DELAY_MS - 2);
  expect(await numberFrom(client, 2)).toBe(2);
  await client.end();
});
