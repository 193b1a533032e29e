import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Holdfast } from '@holdfast/client';
import { freshDatabase, ServiceProcess } from '@holdfast/testkit';
import pg from 'pg';
import { CommandLine } from './command-line.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'client', 'handlers.mjs');

interface Finding {
  readonly level: string;
  readonly about: string;
  readonly text: string;
  readonly remedy: string | null;
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;
let shell: CommandLine;
let sql: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  service = await ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS });
  shell = new CommandLine({ HOLDFAST_URL: service.url, DATABASE_URL: database.url });
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

beforeEach(async () => {
  sql = new pg.Client(database.url);
  await sql.connect();
});

afterEach(() => sql.end());

async function examine(...words: string[]): Promise<{ code: number | null; findings: Finding[] }> {
  const { code, stdout } = await shell.run('doctor', '--json', ...words);
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Finding);
  // Whatever is wrong comes with what to do about it.
  expect(findings.every(({ level, remedy }) => (level === 'ok') === (remedy === null))).toBe(true);
  return { code, findings };
}

const about = (findings: readonly Finding[], subject: string) =>
  findings.filter((finding) => finding.about === subject);

describe('holdfast doctor', () => {
  test('finds nothing wrong where nothing is wrong', async () => {
    const { code, findings } = await examine();
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(code).toBe(0);
    const subjects = [
      'versions',
      'service',
      'clock',
      'types',
      'database',
      'migrations',
      'drift',
      'workers',
      'overdue',
      'keys',
      'retention',
      'archive',
    ];
    expect([...new Set(findings.map((finding) => finding.about))]).toEqual(expect.arrayContaining(subjects));
  });

  test('tells a person in lines, with the word beside the sign', async () => {
    const { stdout } = await shell.run('doctor');
    expect(stdout).toMatch(/^✓ ok +service +Holdfast at http/m);
  });

  test('finds an index that is gone, a column that changed and a table that somebody added', async () => {
    const undo = [
      'create index operations_by_tenant on holdfast.operations (tenant, id)',
      'alter table holdfast.operation_signals alter column name set not null',
      'alter table holdfast.operations drop column note',
    ];
    await sql.query('drop index holdfast.operations_by_tenant');
    await sql.query('alter table holdfast.operation_signals drop constraint operation_signals_pkey');
    await sql.query('alter table holdfast.operation_signals alter column name drop not null');
    await sql.query('alter table holdfast.operations add column note text');
    const { code, findings } = await examine();
    expect(code).toBe(1);
    const drift = about(findings, 'drift').map(({ level, text }) => `${level}: ${text}`);
    expect(drift).toEqual(
      expect.arrayContaining([
        'problem: The index operations_by_tenant is missing.',
        'problem: The column operation_signals.name is «text».',
        'warning: Somebody added the column operations.note.',
      ]),
    );
    for (const statement of undo) await sql.query(statement);
    await sql.query('alter table holdfast.operation_signals add primary key (shard, operation_id, name, key)');
    expect((await examine()).findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  });

  test('says what is missing also where it cannot look any further without it', async () => {
    await sql.query('alter table holdfast.workers rename to laborers');
    const { code, findings } = await examine();
    expect(code).toBe(1);
    expect(about(findings, 'drift').map(({ text }) => text)).toContain('The column workers.id is missing.');
    expect(about(findings, 'overdue')[0]?.text).toMatch(/relation "holdfast.workers" does not exist/);
    await sql.query('alter table holdfast.laborers rename to workers');
    await sql.query('alter table holdfast.migrations rename to emigrations');
    const { findings: lost } = await examine();
    expect(about(lost, 'migrations')[0]?.level).toBe('problem');
    await sql.query('alter table holdfast.emigrations rename to migrations');
  });

  test('tells what is kept and what the next sweep would take away, and takes nothing', async () => {
    const silent = await freshDatabase();
    const kept = new pg.Client(silent.url);
    await kept.connect();
    await kept.query(
      `with made as (
         insert into holdfast.operations
           (shard, id, tenant, type, id_prefix, status, max_attempts, max_lost, priority, run_at, finished_at,
            replay_window_ms, idempotency_key)
         select 7, gen_random_uuid(), 't', 'x', 'opn', 'succeeded', 1, 1, 0, now(), now() - n * interval '1 day',
                172800000, n::text
           from generate_series(1, 8) n
         returning shard, id, tenant, idempotency_key
       )
       insert into holdfast.idempotency_keys (shard, fingerprint_version, operation_id, tenant, key, id_prefix, fingerprint)
       select shard, 1, id, tenant, idempotency_key, 'opn', '' from made`,
    );
    await kept.query(
      "create table holdfast.operation_archive_2020_01 partition of holdfast.operation_archive for values from ('2020-01-01Z') to ('2020-02-01Z')",
    );
    const words = ['doctor', '--json', '--database', silent.url];
    const look = async (environment: Record<string, string>) =>
      (await new CommandLine({ HOLDFAST_URL: service.url, ...environment }).run(...words)).stdout;
    const off = await look({});
    expect(off).toMatch(
      /"Of the 8 oldest operations the next sweep would purge 7, and forget 0 tombstones at least\. The first has been past its window for 144 h\."/,
    );
    expect(off).toMatch(/"The archive holds about 0 operations in 1 month, 1 MiB\."/);
    const on = await look({ HOLDFAST_ARCHIVE_MS: '86400000' });
    expect(on).toMatch(
      /The next sweep would make operation_archive_\d{4}_\d{2}, .* and drop operation_archive_2020_01\./,
    );
    const { rows } = await kept.query('select from holdfast.operations');
    expect(rows).toHaveLength(8);
    await kept.query(`insert into holdfast.operation_archive
      (shard, attempts, lost, replays, id, created_at, finished_at, status, tenant, type)
      values (7, 1, 0, 0, gen_random_uuid(), now(), now(), 'succeeded', 't', 'x')`);
    expect(await look({})).toMatch(
      /"level":"warning","about":"archive","text":"In the archive without a month of their own: at least 1 operation/,
    );
    await kept.end();
    await silent.drop();
  });

  test('finds overdue work of a type that no worker runs', async () => {
    await new Holdfast({ baseUrl: service.url }).create('client.double', { n: 1 }, { delayMs: 3_600_000 });
    await sql.query("update holdfast.operation_queue set lane = 'client.retired', run_at = now() - interval '1 hour'");
    const { code, findings } = await examine();
    expect(code).toBe(1);
    expect(about(findings, 'overdue')).toEqual([
      expect.objectContaining({
        level: 'problem',
        text: '1 of client.retired are due, the oldest for 60 min.',
        remedy: expect.stringContaining('No living worker runs client.retired'),
      }),
    ]);
    await sql.query('delete from holdfast.operation_queue');
  });

  test('finds a worker’s silence, types that nobody runs, and unsafe settings', async () => {
    await sql.query("update holdfast.workers set types = '{client.double}'");
    const { findings } = await examine();
    expect(about(findings, 'workers').map(({ level }) => level)).toEqual(['ok', 'warning']);
    const name = new URL(database.url).pathname.slice(1);
    await sql.query(`alter database ${name} set synchronous_commit = off`);
    const unsafe = await examine();
    expect(unsafe.code).toBe(1);
    expect(about(unsafe.findings, 'database')[0]?.text).toMatch(/synchronous_commit is off/);
    await sql.query(`alter database ${name} reset synchronous_commit`);
  });

  test('finds a service that is not there, a stranger, a wrong token and a database that is not there', async () => {
    const away = await examine('--url', 'http://127.0.0.1:9');
    expect(away.code).toBe(1);
    expect(about(away.findings, 'service')[0]?.text).toMatch(/There is no answer at http:\/\/127\.0\.0\.1:9/);
    const nowhere = await shell.run('doctor', '--json', '--database', 'postgres://user:s3cr3t@127.0.0.1:1/x');
    expect(nowhere.code).toBe(1);
    expect(nowhere.stdout).toMatch(/ECONNREFUSED/);
    expect(nowhere.stdout + nowhere.stderr).not.toContain('s3cr3t');
  });
});

describe('holdfast migrate', () => {
  test('prints the SQL with --dry-run and runs nothing; then runs it, once', async () => {
    const empty = `${new URL(database.url).pathname.slice(1)}_empty`;
    await sql.query(`create database ${empty}`);
    const url = new URL(database.url);
    url.pathname = `/${empty}`;
    const other = new CommandLine({ DATABASE_URL: url.toString(), HOLDFAST_URL: service.url });
    const dry = await other.run('migrate', '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/create table holdfast\.operations/);
    const lacking = await other.run('doctor', '--json');
    expect(lacking.stdout).toMatch(/The schema lacks Operations1764000000000/);
    const first = await other.run('migrate');
    expect([first.code, first.stdout.split('\n')[0]]).toEqual([0, 'Operations1764000000000']);
    const second = await other.run('migrate');
    expect([second.code, second.stdout]).toEqual([0, '']);
    expect((await other.run('migrate', '--dry-run')).stdout).toBe('');
    // What was printed is what was run: it makes the very same schema.
    expect((await other.run('doctor', '--json')).stdout).toMatch(/"level":"ok","about":"drift"/);
    await sql.query(`drop database ${empty} with (force)`);
  });

  test('needs a database, and says how to name one', async () => {
    const { code, stderr } = await new CommandLine({}).run('migrate');
    expect(code).toBe(2);
    expect(stderr).toMatch(/Give --database or DATABASE_URL/);
  });
});
