import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';
import pg from 'pg';

const HANDLERS = join(import.meta.dirname, '..', '..', 'clients', 'handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let services: ServiceProcess[];

beforeAll(async () => {
  database = await freshDatabase();
  services = await Promise.all(
    ['all', 'api', 'api'].map((role) =>
      ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS, role: role as 'all' | 'api' }),
    ),
  );
});

afterAll(async () => {
  await Promise.all(services.map((service) => service.stop()));
  await database.drop();
});

async function send(n: number, key: string) {
  const answer = await fetch(`${services[n % services.length]?.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ type: 'client.succeed', input: { key } }),
  });
  const { id } = (await answer.json()) as { id: string };
  return {
    id,
    status: answer.status,
    replayed: answer.headers.get('idempotent-replayed'),
    location: answer.headers.get('operation-location'),
  };
}

async function rowsWithKey(key: string): Promise<number> {
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    const { rows } = await client.query('select 1 from holdfast.operations where idempotency_key = $1', [key]);
    return rows.length;
  } finally {
    await client.end();
  }
}

describe('one key', () => {
  test('sent fifty times at once to three processes makes one operation, and every answer points to it', async () => {
    const key = unique('storm');
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => send(n, key)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => replayed === 'false')).toHaveLength(1);
    expect(answers.filter(({ replayed }) => replayed === 'true')).toHaveLength(49);
    for (const { id, status, location } of answers) {
      expect([200, 202]).toContain(status);
      expect(location).toMatch(new RegExp(`/operations/${id}$`));
    }
    expect(await rowsWithKey(key)).toBe(1);
  });

  test('whose answer was cut off, sent again a hundred times, has one id and one effect', async () => {
    const key = unique('cut');
    const cut = new AbortController();
    const lost = fetch(`${services[0]?.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ type: 'client.succeed', input: { key } }),
      signal: cut.signal,
    });
    setTimeout(() => cut.abort(), 2);
    await lost.catch(() => undefined);
    const ids = new Set<string>();
    for (let n = 0; n < 100; n += 1) ids.add((await send(n, key)).id);
    expect(ids.size).toBe(1);
    expect(await rowsWithKey(key)).toBe(1);
  });
});
