import { afterEach, expect, test } from '@jest/globals';
import { findEmbeddedPostgres } from './find-embedded-postgres.js';
import { newDataDir, query, removeDataDirs, start } from './service.spec.fixture.js';

afterEach(removeDataDirs);

test('a server that runs in a folder is found there, and only while it runs', async () => {
  const dataDir = await newDataDir();
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
  const server = await start({ dataDir });
  const url = await findEmbeddedPostgres(dataDir);
  expect(url).toBe(server.url);
  expect(await query(url ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
  await server.stop();
  expect(await findEmbeddedPostgres(dataDir)).toBeNull();
});
