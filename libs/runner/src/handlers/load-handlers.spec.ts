import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { HandlersError } from './handlers-error.js';
import { loadHandlers } from './load-handlers.js';

let folder: string;
const good = (...names: string[]) =>
  `export default { ${names.map((name) => `'${name}': { run: (op) => op.id }`).join(', ')} };`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handlers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function files(contents: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(folder, 'case-'));
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

async function complaintAbout(path: string): Promise<string> {
  const error = await loadHandlers(path).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HandlersError);
  const { message } = error as HandlersError;
  expect(message).not.toContain('\n');
  return message;
}

describe('loadHandlers', () => {
  test('a single file is loaded by a path relative to the working directory', async () => {
    const path = join(await files({ 'one.mjs': good('a.b') }), 'one.mjs');
    const registry = await loadHandlers(relative(process.cwd(), path));
    expect([...registry.types.keys()]).toEqual(['a.b']);
    expect(registry.run('a.b')?.({ id: 'x' } as never)).toBe('x');
  });

  test('a folder gives the types of all its modules, and nothing from below it', async () => {
    const path = await files({
      'b.mjs': `import { name } from './shared/name.mjs'; export default { [name]: { run() {} } };`,
      'a.js': good('first', 'second'),
      'notes.txt': 'not a module',
      'shared/name.mjs': `export const name = 'third';`,
    });
    expect([...(await loadHandlers(path)).types.keys()]).toEqual(['first', 'second', 'third']);
  });

  test('a type in two files is refused with both of their names', async () => {
    const path = await files({ 'a.mjs': good('x', 'y'), 'b.mjs': good('y') });
    const message = await complaintAbout(path);
    expect(message).toBe(`${join(path, 'b.mjs')}: type «y»: already defined by ${join(path, 'a.mjs')}`);
  });

  test('a path that leads nowhere is said to', async () => {
    expect(await complaintAbout(join(folder, 'no.mjs'))).toBe(
      `${join(folder, 'no.mjs')}: there is no such file or folder`,
    );
  });

  test('a folder without modules is said to hold none', async () => {
    const path = await files({ 'handlers.ts': '' });
    expect(await complaintAbout(path)).toBe(`${path}: the folder holds no .mjs or .js file`);
    expect(await complaintAbout(join(path, 'handlers.ts'))).toContain('a handlers file ends in .mjs or .js');
  });

  test.each<[string, string, string]>([
    ['a syntax error', 'export default {\n  a: }', 'cannot be loaded: SyntaxError: '],
    ['an exception at its top', 'throw new RangeError("no\\nway")', 'cannot be loaded: RangeError: no way'],
    ['something odd thrown at its top', 'throw null', 'cannot be loaded: The handler threw null'],
    ['an import that does not exist', 'import "./gone.mjs"; export default {}', 'cannot be loaded: '],
    ['no default export', 'export const a = 1', 'has no default export'],
    ['a default export that is no object', 'export default 3', 'must export an object of operation types, not 3'],
    ['a mistake in a definition', 'export default { a: {} }', 'type «a»: run must be a function'],
  ])('a file with %s is named with what is wrong', async (_, content, complaint) => {
    const path = join(await files({ 'bad.mjs': content }), 'bad.mjs');
    expect(await complaintAbout(path)).toContain(`${path}: ${complaint}`);
  });
});
