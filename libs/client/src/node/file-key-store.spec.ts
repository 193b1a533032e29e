import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FileKeyStore } from './file-key-store.js';

let folder: string;
let store: FileKeyStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-keys-'));
  store = new FileKeyStore(join(folder, 'keys'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const made = (intent: string, key: string, madeAtMs = 1) => ({ intent, key, madeAtMs });

describe('keys in a folder', () => {
  test('outlive the store that wrote them', async () => {
    await store.claim(made('charge order 1', 'first'));
    const next = new FileKeyStore(join(folder, 'keys'));
    expect(await next.claim(made('charge order 1', 'second'))).toEqual(made('charge order 1', 'first'));
  });

  test('of a hundred claims at once one wins, and all get its key', async () => {
    const claims = Array.from({ length: 100 }, (_, n) => store.claim(made('the same', `key-${n}`)));
    expect(new Set((await Promise.all(claims)).map(({ key }) => key)).size).toBe(1);
    expect(await readdir(join(folder, 'keys'))).toHaveLength(1);
  });

  test('are gone when they are forgotten, but only by who holds that very key', async () => {
    const kept = await store.claim(made('x', 'mine'));
    await store.forget(made('x', 'somebody else’s'));
    expect(await store.list()).toEqual([kept]);
    await store.forget(kept);
    await store.forget(kept);
    expect(await store.list()).toEqual([]);
    expect(await store.claim(made('x', 'next'))).toMatchObject({ key: 'next' });
  });

  test('are listed oldest first, without the drafts that a crash left', async () => {
    await store.claim(made('b', 'kb', 2));
    await store.claim(made('a', 'ka', 1));
    await writeFile(join(folder, 'keys', 'torn.draft'), '{"intent":');
    expect((await store.list()).map(({ intent }) => intent)).toEqual(['a', 'b']);
  });

  test('no folder is no keys', async () => {
    expect(await store.list()).toEqual([]);
  });
});
