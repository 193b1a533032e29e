import { afterEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { identify } from './process-identity.js';
import { newDataDir, query, removeDataDirs, spawnService, start, until } from './service.spec.fixture.js';

afterEach(removeDataDirs);

test('a signal to the whole process group leaves the server running until it is stopped', async () => {
  const service = spawnService(await newDataDir());
  const { postmaster } = await service.nextLine();
  const exit = service.killGroup('SIGINT');
  expect(await service.nextLine()).toEqual({ pid: service.process.pid, sum: 2 });
  await exit;
  expect(identify(postmaster!)).toBeNull();
});

test('what a killed process left running is stopped by the next start, and its committed data kept', async () => {
  const dataDir = await newDataDir();
  const service = spawnService(dataDir);
  const { url, postmaster } = await service.nextLine();
  await query(url!, 'create table kept as select 42 as answer');
  await service.killGroup('SIGKILL');
  expect(identify(postmaster!)).not.toBeNull();

  const said: string[] = [];
  const next = await start({ dataDir, log: (line) => said.push(line) });
  expect(said.join()).toContain(`pid ${postmaster}`);
  expect(identify(postmaster!)).toBeNull();
  expect(await query(next.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a killed server is recovered, even while a session of it still computes', async () => {
  const dataDir = await newDataDir();
  const first = await start({ dataDir });
  await query(first.url, 'create table kept as select 42 as answer');
  const client = new Client(first.url);
  client.on('error', () => undefined);
  await client.connect();
  client.query('select count(*) from generate_series(1, 100000000000)').catch(() => undefined);
  await until(
    async () => (await query(first.url, `select from pg_stat_activity where query ~ '^select count'`)).length > 0,
  );
  process.kill(first.pid, 'SIGKILL');
  await first.stop();

  const second = await start({ dataDir });
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('an initdb that was killed halfway does not keep the next start from a fresh one', async () => {
  const dataDir = await newDataDir();
  const service = spawnService(dataDir);
  const unfinished = async (): Promise<string[]> =>
    (await readdir(dataDir).catch(() => [])).filter((name) => name.startsWith('init-'));
  await until(async () => {
    const [folder = 'none'] = await unfinished();
    return (await readdir(join(dataDir, folder, 'cluster')).catch((): string[] => [])).includes('base');
  });
  await service.killGroup('SIGKILL');
  expect(await unfinished()).toHaveLength(1);
  expect(await readdir(dataDir)).not.toContain('postgres');

  const server = await start({ dataDir });
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await unfinished()).toEqual([]);
});

test('a pid file that names a process which is not PostgreSQL is no obstacle', async () => {
  const dataDir = await newDataDir();
  const cluster = join(dataDir, 'postgres');
  await (await start({ dataDir })).stop();
  // PostgreSQL itself ignores the processes of other users, so that the stranger must be one of its own.
  const { uid, gid } = await stat(cluster);
  const stranger = spawn('sleep', ['600'], { uid, gid });
  await writeFile(join(cluster, 'postmaster.pid'), `${stranger.pid}\n${cluster}\n0\n1\n`);
  const server = await start({ dataDir });
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(stranger.kill()).toBe(true);
});
