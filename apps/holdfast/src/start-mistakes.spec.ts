import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ServiceLab } from './testing/service-process.js';

const lab = new ServiceLab();
const taken = createServer();
let port = 0;

beforeAll(async () => {
  taken.listen(0);
  await once(taken, 'listening');
  const address = taken.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});

afterAll(async () => {
  taken.close();
  await lab.close();
});

/** What a start with these variables ends with: exit 1, and nothing on standard output or error but these lines. */
async function refusal(variables: Readonly<Record<string, string>>): Promise<string[]> {
  const service = lab.start(variables);
  expect(await service.ended).toBe(1);
  expect(service.stderr).not.toMatch(/\n {4}at /);
  return service.stderr.trim().split('\n');
}

/** One handlers file with this text, refused. */
async function refusedHandlers(text: string): Promise<string[]> {
  return refusal({ HOLDFAST_HANDLERS: await lab.file('handlers.mjs', text), DATABASE_URL: 'postgres://localhost:1/x' });
}

/** A folder this user cannot make: root may write wherever the file system lets it, and /sys never does. */
async function unwritable(): Promise<string> {
  if (process.getuid?.() === 0) return '/sys/holdfast/data';
  const folder = await lab.folder();
  await chmod(folder, 0o500);
  return join(folder, 'data');
}

describe('one clear line and exit 1 for', () => {
  test('a port in use', async () => {
    const lines = await refusal({ PORT: String(port) });
    expect(lines).toEqual([expect.stringMatching(`^holdfast: PORT: ${port} is in use`)]);
  });

  test('wrong settings, all of them at once', async () => {
    const lines = await refusal({ PORT: 'http', HOLDFAST_ROLE: 'wroker' });
    expect(lines).toEqual([
      expect.stringMatching(/^holdfast: PORT: /),
      expect.stringMatching(/^holdfast: HOLDFAST_ROLE: /),
    ]);
  });

  test.each([
    ['a server that is not there', `postgres://user:s3cr3t@127.0.0.1:1/x`],
    ['a host that is not there', `postgres://user:s3cr3t@holdfast.invalid:5432/x`],
    ['a scheme of another database', `mysql://user:s3cr3t@127.0.0.1/x`],
    ['text that is no URL', `user:s3cr3t at 127.0.0.1`],
  ])('a DATABASE_URL with %s, without the password', async (_case, url) => {
    const lines = await refusal({ DATABASE_URL: url });
    expect(lines).toEqual([expect.stringMatching(/^holdfast: DATABASE_URL: .+/)]);
    expect(lines.join()).not.toContain('s3cr3t');
  });

  test('a DATABASE_URL behind which something else listens', async () => {
    const stranger = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    const at = typeof address === 'object' && address !== null ? address.port : 0;
    const lines = await refusal({ DATABASE_URL: `postgres://127.0.0.1:${at}/x` });
    stranger.close();
    expect(lines).toEqual([
      expect.stringMatching(/^holdfast: DATABASE_URL: cannot use PostgreSQL at 127\.0\.0\.1:\d+\/x/),
    ]);
  });

  test('a data folder below a file', async () => {
    const file = await lab.file('file', 'not a folder');
    expect(await refusal({ HOLDFAST_DATA_DIR: join(file, 'data') })).toEqual([expect.stringMatching(/^holdfast: .+/)]);
  });

  test('a data folder that holds somebody else’s files', async () => {
    const file = await lab.file('precious.txt', 'not a database');
    expect(await refusal({ HOLDFAST_DATA_DIR: file })).toEqual([expect.stringMatching(/^holdfast: .+/)]);
  });

  test('a data folder that cannot be written', async () => {
    expect(await refusal({ HOLDFAST_DATA_DIR: await unwritable() })).toEqual([expect.stringMatching(/^holdfast: .+/)]);
  });

  test('a handlers file that is not there', async () => {
    const missing = join(await lab.folder(), 'missing.mjs');
    const lines = await refusal({ HOLDFAST_HANDLERS: missing });
    expect(lines).toEqual([expect.stringMatching(/^holdfast: HOLDFAST_HANDLERS: .*missing\.mjs/)]);
  });

  test('an empty handlers folder', async () => {
    const folder = join(await lab.folder(), 'empty');
    await mkdir(folder);
    expect(await refusal({ HOLDFAST_HANDLERS: folder })).toEqual([
      expect.stringMatching(/^holdfast: HOLDFAST_HANDLERS: /),
    ]);
  });

  test.each([
    ['a syntax error', 'export default {'],
    ['an error of its own', 'throw new Error("no license");\nexport default {};'],
    ['no default export', 'export const handlers = {};'],
    ['a handler without run', 'export default { "a.b": { description: "nothing" } };'],
    ['a misspelled member', 'export default { "a.b": { retries: {}, async run() {} } };'],
  ])('a handlers file with %s', async (_case, text) => {
    expect(await refusedHandlers(text)).toEqual([
      expect.stringMatching(/^holdfast: HOLDFAST_HANDLERS: .*handlers\.mjs/),
    ]);
  });
});
