import { afterEach, expect, test } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openDataFolder } from './data-folder.js';
import { takeOwnership } from './ownership.js';
import { identify } from './process-identity.js';
import { newDataDir, query, removeDataDirs, spawnService, start } from './service.spec.fixture.js';

afterEach(removeDataDirs);

test('a second service is refused with the pid of the first, whose server goes on', async () => {
  const dataDir = await newDataDir();
  const first = spawnService(dataDir);
  const { url, pid } = await first.nextLine();
  await expect(start({ dataDir })).rejects.toThrow(`already used by process ${pid}`);
  expect(await query(url!, 'select 1 as one')).toEqual([{ one: 1 }]);
  await first.killGroup('SIGINT');
});

test('a second server of the same process is refused as well', async () => {
  const dataDir = await newDataDir();
  const first = await start({ dataDir });
  await expect(start({ dataDir })).rejects.toThrow(`this process (pid ${process.pid})`);
  await first.stop();
});

test('of services that start at the same moment exactly one gets the folder, and the others name it', async () => {
  const dataDir = await newDataDir();
  const services = Array.from({ length: 6 }, () => spawnService(dataDir));
  const lines = await Promise.all(services.map((service) => service.nextLine()));
  const winners = lines.filter((line) => line.url !== undefined);
  expect(winners).toHaveLength(1);
  const refusals = lines.flatMap((line) => line.refused ?? []);
  expect(refusals).toHaveLength(5);
  for (const refusal of refusals) {
    expect(refusal).toContain(`process ${winners[0]?.pid}`);
  }
  await services.find((service) => service.process.pid === winners[0]?.pid)?.killGroup('SIGINT');
});

test('no two processes ever hold a folder at the same time', async () => {
  const dataDir = await newDataDir();
  const program = fileURLToPath(new URL('contender.spec.process.js', import.meta.url));
  const runs = Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [program, dataDir, '1500']));
  for (const { stdout } of await Promise.all(runs)) {
    const counts = JSON.parse(stdout) as { held: number; refused: number; overlaps: number };
    expect(counts.overlaps).toBe(0);
    expect(counts.held).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(0);
  }
});

test('the claim of a process that has ended keeps nobody out', async () => {
  const folder = await openDataFolder(await newDataDir());
  const child = spawn('sleep', ['600']);
  const { pid, born } = identify(child.pid!)!;
  await writeFile(join(folder.owners, `${pid}.${born}`), 'holds');
  await expect(takeOwnership(folder)).rejects.toThrow(`process ${pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const ownership = await takeOwnership(folder);
  expect(await readdir(folder.owners)).toEqual([expect.stringMatching(`^${process.pid}\\.`)]);
  await ownership.release();
});

test('a process that was given the pid of the owner is not taken for it', async () => {
  const folder = await openDataFolder(await newDataDir());
  const parent = identify(process.ppid)!;
  await writeFile(join(folder.owners, `${parent.pid}.${parent.born}-earlier`), 'holds');
  const ownership = await takeOwnership(folder);
  await ownership.release();
  expect(await readdir(folder.owners)).toEqual([]);
});
