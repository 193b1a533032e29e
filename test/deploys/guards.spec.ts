import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { checkServer, migrate } from '@holdfast/store';
import { ServiceProcess } from '@holdfast/testkit';
import pg from 'pg';

/** A server of its own, on which what is refused can be set. */
let server: EmbeddedServer;
let sql: pg.Client;

beforeAll(async () => {
  server = await startEmbeddedPostgres({
    dataDir: join(await mkdtemp(join(tmpdir(), 'holdfast-guards-')), 'data'),
    settings: { fsync: 'off', full_page_writes: 'off' },
  });
  await migrate(server.url);
  sql = new pg.Client({ connectionString: server.url });
  await sql.connect();
});

afterAll(async () => {
  await sql.end();
  await server.stop();
});

const FSYNC = 'fsync is off: an acknowledged create can be lost in a crash. Turn it on.';
const FULL_PAGE_WRITES = FSYNC.replace('fsync', 'full_page_writes');
const SYNCHRONOUS_COMMIT = FSYNC.replace('fsync', 'synchronous_commit');

/** What is found besides the two settings of the whole server, while `change` is in force. */
async function foundWith(change: string, undo: string): Promise<string[]> {
  await sql.query(change);
  const found = await checkServer(server.url);
  await sql.query(undo);
  const others = found.filter(({ message }) => message !== FSYNC && message !== FULL_PAGE_WRITES);
  return others.map(({ level, message }) => `${level}: ${message}`);
}

describe('a server that may forget what it acknowledged', () => {
  test('is refused in production with one line', async () => {
    const service = await ServiceProcess.launch({ databaseUrl: server.url, env: { NODE_ENV: 'production' } });
    expect(await service.ended()).toBe(1);
    const lines = service.output.trim().split('\n');
    expect(lines.at(-1)).toBe(`holdfast: DATABASE_URL: ${FSYNC.replace(/\.$/, '')}`);
  });

  test('is warned about elsewhere, setting by setting', async () => {
    const service = await ServiceProcess.start({ databaseUrl: server.url, role: 'api' });
    await service.stop();
    expect(service.output).toContain(FSYNC);
    expect(service.output).toContain(FULL_PAGE_WRITES);
  });

  test.each(['alter role holdfast', 'alter database holdfast', 'alter role holdfast in database holdfast'])(
    'is found out when only «%s» turns synchronous_commit off',
    async (who) => {
      const found = await foundWith(`${who} set synchronous_commit = off`, `${who} reset synchronous_commit`);
      expect(found).toEqual([`unsafe: ${SYNCHRONOUS_COMMIT}`]);
    },
  );

  test.each(['on', 'local', 'remote_write', 'remote_apply'])(
    'is not what synchronous_commit = %s makes of a server without a synchronous standby',
    async (value) => {
      const role = 'alter role holdfast';
      const found = await foundWith(`${role} set synchronous_commit = ${value}`, `${role} reset synchronous_commit`);
      expect(found).toEqual([]);
    },
  );

  test('is what synchronous_commit = local makes of a server that has one', async () => {
    await sql.query('set synchronous_commit = local');
    await sql.query('alter role holdfast set synchronous_commit = local');
    await sql.query("alter system set synchronous_standby_names = 'standby'");
    const inForce = async () => (await sql.query('show synchronous_standby_names')).rows[0] as object;
    await sql.query('select pg_reload_conf()');
    while (!Object.values(await inForce()).includes('standby')) await sql.query('select pg_sleep(0.01)');
    const found = await foundWith('select 1', 'alter system reset synchronous_standby_names');
    await sql.query('select pg_reload_conf()');
    await sql.query('alter role holdfast reset synchronous_commit');
    expect(found).toEqual([expect.stringMatching(/^unsafe: synchronous_commit is local: .*failover/)]);
  });

  test('is one with an unlogged table of ours', async () => {
    const found = await foundWith(
      'alter table holdfast.workers set unlogged',
      'alter table holdfast.workers set logged',
    );
    expect(found).toEqual([expect.stringMatching(/^unsafe: The table holdfast.workers is unlogged/)]);
  });
});

describe('a server that cannot be worked with is refused everywhere:', () => {
  test('one that is read-only', async () => {
    const role = 'alter role holdfast';
    await sql.query(`${role} set default_transaction_read_only = on`);
    const service = await ServiceProcess.launch({ databaseUrl: server.url });
    expect(await service.ended()).toBe(1);
    expect(service.output).toMatch(/holdfast: DATABASE_URL: The PostgreSQL server is read-only/);
    await sql.query(`${role} reset default_transaction_read_only`);
  });

  test.each(['repeatable read', 'serializable'])('one whose transactions are %s', async (isolation) => {
    const found = await foundWith(
      `alter database holdfast set default_transaction_isolation = '${isolation}'`,
      'alter database holdfast reset default_transaction_isolation',
    );
    expect(found).toEqual([expect.stringContaining(`default_transaction_isolation is ${isolation}`)]);
  });
});
