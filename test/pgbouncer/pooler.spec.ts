import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkSessions, migrate, roleSettings } from '@holdfast/store';
import { freshDatabase, ServiceProcess, unique, until } from '@holdfast/testkit';
import pg from 'pg';
import { CommandLine } from '../cli/command-line.js';
import { hasPgBouncer, PgBouncer } from './pgbouncer.js';
import { PooledFleet } from './pooled-fleet.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'pgbouncer', 'handlers.mjs');
/** Server connections for all processes together: far fewer than the processes have connections to the pooler. */
const SERVER_CONNECTIONS = 4;
const LEASE_MS = 2_000;

if (hasPgBouncer()) behindPgBouncer();
else {
  test('cannot show that a pooler is no obstacle: pgbouncer is not installed (Debian package «pgbouncer»)', () => {
    process.stderr.write('pooler.spec: NOT CHECKED behind a real PgBouncer, because none is installed.\n');
    expect(roleSettings('holdfast', 'holdfast').length).toBeGreaterThan(0);
  });
}

function behindPgBouncer() {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let sql: pg.Client;
  let pooler: PgBouncer;

  beforeAll(async () => {
    database = await freshDatabase();
    sql = new pg.Client(database.url);
    await sql.connect();
    pooler = await PgBouncer.start(database.url, { default_pool_size: String(SERVER_CONNECTIONS) });
  });

  afterAll(async () => {
    await pooler.stop();
    await sql.end();
    await database.drop();
  });

  /** What the role needs in the database; on connections that the pooler opens from now on. */
  const giveSettings = async () => {
    const { username, pathname } = new URL(database.url);
    for (const text of roleSettings(username, pathname.slice(1))) await sql.query(text);
    await sql.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  };

  describe('a pooler that nobody told of', () => {
    test('is refused in one line before anything is started', async () => {
      const started = ServiceProcess.start({ databaseUrl: pooler.url, handlers: HANDLERS });
      await expect(started).rejects.toThrow(/holdfast: DATABASE_URL: .*set HOLDFAST_POOLER=transaction.*\n$/);
    });

    test('is found out also where it lets everything pass', async () => {
      const lenient = await PgBouncer.start(database.url, { ignore_startup_parameters: 'options' });
      try {
        expect(await checkSessions(lenient.url, false)).toEqual([expect.objectContaining({ level: 'fatal' })]);
        await expect(migrate(lenient.url)).rejects.toThrow('HOLDFAST_POOLER=transaction');
      } finally {
        await lenient.stop();
      }
    });

    test('is nothing that PostgreSQL itself, or a pooler of whole sessions, is taken for', async () => {
      expect(await checkSessions(database.url, false)).toEqual([]);
      const sessions = await PgBouncer.start(database.url, {
        pool_mode: 'session',
        ignore_startup_parameters: 'options',
      });
      try {
        const [finding] = await checkSessions(sessions.url, false);
        expect(finding).toMatchObject({ level: 'unsafe', message: expect.stringContaining('enable_seqscan') });
        await giveSettings();
        expect(await checkSessions(sessions.url, false)).toEqual([]);
        await sql.query(`alter role ${new URL(database.url).username} in database ${databaseName()} reset all`);
      } finally {
        await sessions.stop();
      }
    });
  });

  const databaseName = () => new URL(database.url).pathname.slice(1);

  describe('a pooler that was told of', () => {
    test('whose role lacks the settings is refused in production, with their names', async () => {
      const started = ServiceProcess.start({
        databaseUrl: pooler.url,
        handlers: HANDLERS,
        env: { HOLDFAST_POOLER: 'transaction', NODE_ENV: 'production' },
      });
      await expect(started).rejects.toThrow(
        /holdfast: DATABASE_URL: Sessions come without statement_timeout, lock_timeout/,
      );
    });

    test('is not migrated through: an older schema is refused, with what to do', async () => {
      const empty = `${databaseName()}_empty`;
      await sql.query(`create database ${empty}`);
      const url = new URL(pooler.url);
      url.pathname = `/${empty}`;
      const started = ServiceProcess.start({
        databaseUrl: url.toString(),
        handlers: HANDLERS,
        env: { HOLDFAST_POOLER: 'transaction' },
      });
      await expect(started).rejects.toThrow(/holdfast: The database schema is older .* Run `holdfast migrate`/);
      await sql.query(`drop database ${empty} with (force)`);
    });
  });

  describe('behind a pooler in transaction mode', () => {
    let fleet: PooledFleet;

    beforeAll(async () => {
      await giveSettings();
      await sql.query('create table booked (n int)');
      fleet = await PooledFleet.start({
        pooledUrl: pooler.url,
        directUrl: database.url,
        handlers: HANDLERS,
        leaseMs: LEASE_MS,
      });
    });

    afterAll(() => fleet.close());

    test('every role is ready, on fewer server connections than it has connections', async () => {
      expect(await checkSessions(pooler.url, true)).toEqual([]);
      const { rows } = await sql.query<{ served: number }>(
        `select count(*)::int as served from pg_stat_activity
          where datname = current_database() and application_name in ('holdfast api', 'holdfast worker')`,
      );
      expect(rows[0]?.served).toBeLessThanOrEqual(SERVER_CONNECTIONS);
    });

    test('keys, retries, steps, transactions, timers, children and signals do what they always do', async () => {
      const orders = Array.from({ length: 60 }, (_, n) => ({ n, key: unique('order') }));
      const uuids = await Promise.all(
        orders.map(async ({ n, key }) => {
          const answers = await Promise.all([1, 2, 3].map(() => fleet.create('pooled.order', { n }, key)));
          expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
          expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
          const [id, ...others] = new Set(answers.map((answer) => answer.id));
          expect(others).toEqual([]);
          expect(await fleet.signal(id as string, 'approval', { by: 'a person' })).toBe(202);
          return id as string;
        }),
      );
      const results = await Promise.all(uuids.map((id) => fleet.ended(id)));
      expect(results).toEqual(
        orders.map(({ n }) => ({ status: 'succeeded', result: { doubled: 2 * n, by: 'a person' } })),
      );
      const { rows } = await sql.query('select n, count(*)::int as times from booked group by n having count(*) <> 1');
      expect(rows).toEqual([]);
      expect((await sql.query('select from booked')).rowCount).toBe(orders.length);
    });

    test('a canceled operation is canceled, and a handler that is running is told', async () => {
      const { id } = await fleet.create('pooled.slow', { n: 1, ms: 200 }, unique('cancel'));
      expect(await fleet.cancel(id)).toBe(202);
      expect(['canceled', 'succeeded']).toContain((await fleet.ended(id)).status);
    });

    test('what a killed worker held is swept, and ends once', async () => {
      const keys = Array.from({ length: 120 }, () => unique('slow'));
      const created = await Promise.all(keys.map((key, n) => fleet.create('pooled.slow', { n, ms: 300 }, key)));
      await until(() => fleet.isRunning(sql));
      await fleet.killWorker();
      await until(() => fleet.hasLost(sql), 20_000);
      const ends = await Promise.all(created.map(({ id }) => fleet.ended(id)));
      expect(ends).toEqual(keys.map((_, n) => ({ status: 'succeeded', result: n })));
    });

    test('a process that knows no other way hears nothing, and finds its work by looking for it', async () => {
      await fleet.replaceWorkers({ DATABASE_DIRECT_URL: '' });
      const { id } = await fleet.create('pooled.double', { n: 21 }, unique('polled'));
      expect(await fleet.ended(id)).toEqual({ status: 'succeeded', result: 42 });
      const listening = "datname = current_database() and application_name = 'holdfast listen'";
      // The API's own, which has a direct way.
      expect((await sql.query(`select from pg_stat_activity where ${listening}`)).rowCount).toBe(1);
    });

    test('the doctor finds nothing wrong, and says that nothing can be heard where that is so', async () => {
      const variables = { HOLDFAST_URL: fleet.url, DATABASE_URL: pooler.url, HOLDFAST_POOLER: 'transaction' };
      const deaf = await new CommandLine(variables).run('doctor', '--json');
      expect(deaf.stdout).toMatch(/"level":"warning","about":"database","text":"Through the pooler no notification/);
      expect(deaf.stdout).not.toMatch(/"level":"problem"/);
      const told = { ...variables, DATABASE_DIRECT_URL: database.url };
      expect((await new CommandLine(told).run('doctor', '--json')).stdout).not.toMatch(/no notification/);
      expect((await new CommandLine(told).run('migrate')).code).toBe(0);
    });
  });
}
