import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newDataDir, query, removeDataDirs, start } from './service.spec.fixture.js';
import type { EmbeddedServer } from './start-embedded-postgres.js';

let dataDir: string;
let server: EmbeddedServer;

beforeAll(async () => {
  dataDir = join(await newDataDir(), 'deep'.repeat(20), 'deeper'.repeat(20));
  server = await start({ dataDir });
});

afterAll(removeDataDirs);

test('an acknowledged commit survives a power failure: everything that it needs is on', async () => {
  const settings = await query<{ name: string; setting: string }>(
    server.url,
    `select name, setting from pg_settings where name in
      ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'unix_socket_directories')`,
  );
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  });
});

test('text is UTF-8 and sorts by code point, whatever the system speaks', async () => {
  const [database] = await query(
    server.url,
    `select pg_encoding_to_char(encoding) as encoding, datlocprovider::text as provider, datlocale as locale
      from pg_database where datname = 'holdfast'`,
  );
  expect(database).toEqual({ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' });
});

test('a local user without the password does not get in', async () => {
  const url = new URL(server.url);
  url.password = 'guess';
  await expect(query(url.href, 'select 1')).rejects.toThrow('password authentication failed');
  expect((await stat(join(dataDir, 'postgres'))).mode & 0o077).toBe(0);
});

test('a path longer than a Unix socket allows is no obstacle', async () => {
  expect(dataDir.length).toBeGreaterThan(107);
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
});
