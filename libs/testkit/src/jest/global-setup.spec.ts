import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freshDatabase, testDatabase } from '../postgres/databases.js';
import { onServer } from '../postgres/server-session.js';
import { currentRun, type TestRun } from '../postgres/test-run.js';

interface RunProcess extends TestRun {
  readonly child: ChildProcess;
  /** Ends it, by a signal or, without one, as Jest does after the last test; resolves to its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

let temporary: string;
const started: RunProcess[] = [];

beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'holdfast-testkit-'));
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((run) => run.end('SIGKILL')));
  // The next run is the one that clears away, should the test have been cut short.
  if ((await readdir(temporary)).length > 0) await (await startRun()).end();
  await rm(temporary, { recursive: true, force: true });
});

/** Sets up a run in a process of its own, with its temporary files in `temporary`. */
async function startRun(serverUrl = ''): Promise<RunProcess> {
  const program = join(import.meta.dirname, 'run.spec.process.js');
  const env = { ...process.env, DATABASE_URL: serverUrl, TMPDIR: temporary };
  const child = spawn(process.execPath, [program], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const end = async (signal?: NodeJS.Signals): Promise<number | null> => {
    if (signal) child.kill(signal);
    else child.stdin.end();
    const [code] = (await exit) as [number | null];
    return code;
  };
  const run = { ...(JSON.parse(value ?? '{}') as TestRun), child, end };
  started.push(run);
  return run;
}

/** What the databases of a run are for: `template`, `worker_1`, … */
async function databasesOf(run: TestRun): Promise<string[]> {
  const sql = `select substr(datname, length($1) + 2) as name from pg_database where datname like $1 || '\\_%' order by 1`;
  const { rows } = await onServer(run.serverUrl, (client) => client.query<{ name: string }>(sql, [run.name]));
  return rows.map(({ name }) => name);
}

async function tablesOf(url: string): Promise<number> {
  const sql = `select count(*)::int as tables from information_schema.tables where table_schema = 'holdfast'`;
  const { rows } = await onServer(url, (client) => client.query<{ tables: number }>(sql));
  return rows[0]?.tables ?? 0;
}

test('a worker has one migrated database, however often it asks', async () => {
  const [first, second] = [await testDatabase(), await testDatabase()];
  expect(second.url).toBe(first.url);
  expect(await tablesOf(first.url)).toBeGreaterThan(1);
});

test('a fresh database is migrated, shared with nobody, and gone after its drop', async () => {
  const databases = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase()]);
  expect(new Set(databases.map(({ url }) => url)).size).toBe(3);
  for (const database of databases) {
    expect(await tablesOf(database.url)).toBeGreaterThan(1);
    await database.drop();
    await expect(tablesOf(database.url)).rejects.toThrow('does not exist');
  }
});

test('after a run nothing is left on the machine', async () => {
  const run = await startRun();
  expect(await readdir(temporary)).toHaveLength(1);
  expect(await run.end()).toBe(0);
  expect(await readdir(temporary)).toEqual([]);
  await expect(databasesOf(run)).rejects.toThrow('ECONNREFUSED');
});

test('after Ctrl-C nothing is left on the machine either', async () => {
  const run = await startRun();
  expect(await run.end('SIGINT')).toBe(130);
  expect(await readdir(temporary)).toEqual([]);
  await expect(databasesOf(run)).rejects.toThrow('ECONNREFUSED');
});

test('the next run removes what a killed one left, and leaves a living one alone', async () => {
  const [killed, living] = await Promise.all([startRun(), startRun()]);
  await killed.end('SIGKILL');
  expect(await databasesOf(killed)).toEqual(['template']);

  const next = await startRun();
  await expect(databasesOf(killed)).rejects.toThrow('ECONNREFUSED');
  expect(await databasesOf(living)).toEqual(['template']);
  expect(await readdir(temporary)).toHaveLength(2);
  expect([await next.end(), await living.end()]).toEqual([0, 0]);
  expect(await readdir(temporary)).toEqual([]);
});

test('on a server that others use too, a run drops its own databases and those of killed runs only', async () => {
  const { serverUrl } = currentRun();
  const [killed, living] = await Promise.all([startRun(serverUrl), startRun(serverUrl)]);
  const [ofKilled] = await Promise.all([freshDatabase(killed), freshDatabase(living)]);
  await killed.end('SIGKILL');

  const next = await startRun(serverUrl);
  expect(await databasesOf(killed)).toEqual([]);
  await expect(tablesOf(ofKilled.url)).rejects.toThrow('does not exist');
  expect(await databasesOf(living)).toEqual([expect.stringContaining('fresh'), 'template']);
  expect(await databasesOf(currentRun())).toContain('template');

  expect([await next.end(), await living.end()]).toEqual([0, 0]);
  expect([...(await databasesOf(next)), ...(await databasesOf(living))]).toEqual([]);
  expect(await readdir(temporary)).toEqual([]);
});
