import { afterEach, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { newDataDir, query, removeDataDirs, start } from './service.spec.fixture.js';

afterEach(removeDataDirs);

test('a second start finds the data of the first', async () => {
  const dataDir = await newDataDir();
  const first = await start({ dataDir });
  await query(first.url, 'create table kept as select 42 as answer');
  await first.stop();
  const second = await start({ dataDir });
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('a database that was dropped is there again after the next start', async () => {
  const dataDir = await newDataDir();
  const first = await start({ dataDir });
  await query(first.url.replace(/holdfast$/, 'postgres'), 'drop database holdfast');
  await first.stop();
  const second = await start({ dataDir });
  expect(await query(second.url, 'select current_database() as name')).toEqual([{ name: 'holdfast' }]);
});

test('stop ends the server, however often and early it is called again', async () => {
  const dataDir = await newDataDir();
  const server = await start({ dataDir });
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  expect(await readdir(join(dataDir, 'owners'))).toEqual([]);
});

test('stop does not wait for open sessions', async () => {
  const dataDir = await newDataDir();
  const server = await start({ dataDir });
  const client = new Client(server.url);
  client.on('error', () => undefined);
  await client.connect();
  const sleep = expect(client.query('select pg_sleep(600)')).rejects.toThrow();
  await server.stop();
  await sleep;
});

test('port and settings are those that were asked for', async () => {
  const dataDir = await newDataDir();
  const first = await start({ dataDir });
  await first.stop();
  const server = await start({ dataDir, port: first.port, settings: { work_mem: '7MB' } });
  expect(server.port).toBe(first.port);
  expect(await query(server.url, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
});
