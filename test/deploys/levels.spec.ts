import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CONTRACTION_KNOWN } from '@holdfast/migrations';
import { freshDatabase, ServiceProcess, until } from '@holdfast/testkit';
import pg from 'pg';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let sql: pg.Client;
const started: ServiceProcess[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.stop()));
  await sql.end();
  await database.drop();
});

async function launch(): Promise<ServiceProcess> {
  const service = await ServiceProcess.launch({ databaseUrl: database.url });
  started.push(service);
  return service;
}

/** What a newer release would leave in the database. */
async function migrateBeyond(name: string, change: string): Promise<void> {
  await sql.query(change);
  await sql.query('insert into holdfast.migrations (timestamp, name) values (1900000000000, $1)', [name]);
}

const EXPANSION = ['AddNotes1900000000000', 'alter table holdfast.operations add column note text'] as const;
const CONTRACTION = [
  `Contract${CONTRACTION_KNOWN + 1}DropNotes1900000000000`,
  'alter table holdfast.operations drop column if exists note',
] as const;

describe('a release that is started on the schema of a newer one', () => {
  test('works as if nothing had happened, and says what it saw, when only something was added', async () => {
    await migrateBeyond(...EXPANSION);
    const service = await launch();
    await service.untilReady();
    const answer = await fetch(`${service.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'beside', prefer: 'wait=20' },
      body: JSON.stringify({ type: 'demo.echo', input: { hello: 'there' } }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'succeeded' }]);
    expect(service.output).toMatch(/"beyond":\["AddNotes1900000000000"\].*newer release/);
  });

  test('refuses with one line when something was taken away that it may need, and changes nothing', async () => {
    await migrateBeyond(...CONTRACTION);
    const service = await launch();
    expect(await service.ended()).toBe(1);
    expect(service.output.trim()).toBe(
      'holdfast: The database schema is newer than this release can use ' +
        `(it has ${CONTRACTION[0]}). Deploy the newer release`,
    );
  });
});

test('a release that runs on when its schema is contracted is no longer ready, so that nobody sends it work', async () => {
  const service = await launch();
  await service.untilReady();
  const ready = async () => (await fetch(`${service.url}/health/ready`)).status;
  await migrateBeyond(...EXPANSION);
  expect(await ready()).toBe(200);
  await migrateBeyond(...CONTRACTION);
  await until(async () => (await ready()) === 503);
});
