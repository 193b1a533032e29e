import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort, freshDatabase, ServiceProcess, unique, until } from '@holdfast/testkit';
import pg from 'pg';

const FOLDER = join(import.meta.dirname, '..', '..', 'deploys');
const BEFORE = join(FOLDER, 'order-before.mjs');
const AFTER = join(FOLDER, 'order-after.mjs');
const CLIENTS = 6;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;
const places: { readonly port: number; service: ServiceProcess }[] = [];

function start(port: number, handlers: string): Promise<ServiceProcess> {
  return ServiceProcess.start({ databaseUrl: database.url, port, handlers });
}

beforeAll(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  for (let n = 0; n < 3; n += 1) {
    const port = await freePort();
    places.push({ port, service: await start(port, BEFORE) });
  }
});

afterAll(async () => {
  await Promise.all(places.map(({ service }) => service.stop()));
  await sql.end();
  await database.drop();
});

/** Sends one order to one place after the other until it is acknowledged, always with the same key. */
async function order(n: number): Promise<{ key: string; id: string }> {
  const key = unique('order');
  for (let tried = 0; ; tried += 1) {
    const place = places[(n + tried) % places.length];
    const answer = await fetch(`http://127.0.0.1:${place?.port}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ type: 'rolling.order', input: { n } }),
    }).catch(() => null);
    if (answer?.status === 202) return { key, id: ((await answer.json()) as { id: string }).id };
    // Nobody there, or about to leave: the next place has not been replaced yet, or has been already.
    if (answer !== null && answer.status !== 503) throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

test('a deploy of a new version of a type, on a schema that grows meanwhile, loses and doubles nothing', async () => {
  const acknowledged: { key: string; id: string }[] = [];
  const wanted = { more: true };
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let n = client; wanted.more; n += CLIENTS) acknowledged.push(await order(n));
  });
  const exitCodes = [];
  for (const [at, place] of places.entries()) {
    const sofar = acknowledged.length;
    await until(() => acknowledged.length > sofar + 50, 30_000);
    exitCodes.push(await place.service.stop());
    // What the first process of the new release would do before anything else.
    if (at === 0) await sql.query('alter table holdfast.operations add column note text');
    place.service = await start(place.port, AFTER);
  }
  wanted.more = false;
  await Promise.all(clients);
  expect(exitCodes).toEqual([0, 0, 0]);

  const unfinished = `select count(*)::integer as left from holdfast.operations where status in ('pending', 'running')`;
  await until(async () => (await sql.query<{ left: number }>(unfinished)).rows[0]?.left === 0, 45_000);
  const { rows } = await sql.query<{ key: string; version: string; status: string; result: Record<string, string> }>(
    'select idempotency_key as key, type_version as version, status, result from holdfast.operations',
  );
  expect(rows.map(({ key }) => key).sort()).toEqual(acknowledged.map(({ key }) => key).sort());
  expect(new Set(acknowledged.map(({ id }) => id)).size).toBe(acknowledged.length);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['succeeded']));
  // What began under the new version was never touched by the old code; what began under the old one could go both ways.
  const ways = rows.map(
    ({ version, result }) => `${version}: reserved ${result['reserved']?.slice(0, 4)}, ${result['charged']}`,
  );
  expect([...new Set(ways)].sort()).toEqual(
    expect.arrayContaining(['1: reserved by 1, by 1', '1: reserved by 1, by 2', '2: reserved by 2, by 2']),
  );
  expect(ways.filter((way) => way.startsWith('2:') && way.includes('by 1'))).toEqual([]);
}, 150_000);
