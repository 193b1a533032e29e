import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Room, ROOMS } from './rooms.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^;'"]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Specs and what only they use; the package leaves them out of what it publishes. */
const TEST_FILE = /\.spec\.|\/src\/(?:.*\/)?testing\//;

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(room: Room): Import[] {
  return sources(join(room.path, 'src'))
    .filter((file) => !TEST_FILE.test(file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => ({
        file: relative(ROOT, file),
        specifier: match[1] ?? match[2] ?? '',
      })),
    );
}

function fits(specifier: string, allowed: readonly string[]): boolean {
  return allowed.some((pattern) =>
    pattern.endsWith('*') ? specifier.startsWith(pattern.slice(0, -1)) : specifier === pattern,
  );
}

function verdict(room: Room, { specifier }: Import): string | null {
  if (specifier.startsWith('.')) return null;
  if (specifier.startsWith('@holdfast/')) {
    // A further entry of a package, such as `@holdfast/client/node`, belongs to the same room.
    const [scope, name] = specifier.split('/');
    return room.ours.includes(`${scope}/${name}`) ? null : `${room.path} may not know ${specifier}`;
  }
  return fits(specifier, room.npm) ? null : `${room.path} may not use the package ${specifier}`;
}

describe('the walls of the house', () => {
  test.each(ROOMS)('$path imports only what its row in the table allows', (room) => {
    const imports = importsOf(room);
    expect(imports.length).toBeGreaterThan(0);
    const broken = imports.flatMap((found) => {
      const reason = verdict(room, found);
      return reason ? [`${found.file}: ${reason}`] : [];
    });
    expect(broken).toEqual([]);
  });

  test('imports run downwards only: no room may import one on its own floor or above', () => {
    const floors = new Map(ROOMS.map((room) => [room.name, room.floor]));
    const upwards = ROOMS.flatMap((room) =>
      room.ours.filter((name) => (floors.get(name) ?? Infinity) >= room.floor).map((name) => `${room.name} → ${name}`),
    );
    expect(upwards.filter((edge) => !edge.startsWith('@holdfast/testkit → @holdfast/api'))).toEqual([]);
  });

  test('every workspace has a row in the table', () => {
    const folders = ['apps', 'libs'].flatMap((parent) =>
      readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
    );
    expect(ROOMS.map((room) => room.path)).toEqual(expect.arrayContaining(folders));
  });

  test('production code never imports the testkit', () => {
    const users = ROOMS.filter((room) => room.path !== 'libs/testkit').flatMap((room) =>
      importsOf(room).filter(({ specifier }) => specifier === '@holdfast/testkit'),
    );
    expect(users).toEqual([]);
  });
});

/** A word that belongs to one room, and what tells it. */
const BELONGINGS: readonly { readonly what: string; readonly pattern: RegExp; readonly homes: readonly string[] }[] = [
  {
    what: 'process.env',
    pattern: /\bprocess\.env\b/,
    homes: ['apps/holdfast/src/settings', 'apps/cli/src/settings', 'libs/embedded', 'libs/testkit'],
  },
  {
    what: 'the wall clock',
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    homes: [
      'libs/kernel/src/ports/clock.ts',
      'libs/client/src/runtime',
      'libs/testkit',
      'libs/embedded',
      'libs/nest/src/log',
    ],
  },
  {
    what: 'randomness',
    pattern: /\bMath\.random\b/,
    homes: ['libs/nest/src', 'libs/client/src/runtime', 'libs/testing', 'libs/testkit'],
  },
  { what: 'console output', pattern: /\bconsole\./, homes: ['apps/holdfast/src'] },
];

describe('a line knows its room', () => {
  test.each(BELONGINGS)('$what is used only where it belongs', ({ pattern, homes }) => {
    const strays = ROOMS.flatMap((room) => sources(join(room.path, 'src')))
      .filter((file) => !TEST_FILE.test(file))
      .map((file) => relative(ROOT, file))
      .filter((file) => !homes.some((home) => file.startsWith(home)))
      .filter((file) => pattern.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))));
    expect(strays).toEqual([]);
  });

  test('SQL is written in libs/store/sql, in migrations and in what only tests use', () => {
    const sql = /['"`]\s*(select|insert into|update|delete from)\s+[a-z(*$'"]/i;
    const strays = ROOMS.filter((room) => !['libs/testkit', 'migrations', 'libs/embedded'].includes(room.path))
      .flatMap((room) => sources(join(room.path, 'src')))
      .filter((file) => !TEST_FILE.test(file))
      .map((file) => relative(ROOT, file))
      .filter((file) => sql.test(withoutComments(readFileSync(join(ROOT, file), 'utf8'))));
    expect(
      strays.filter(
        (file) => !file.startsWith('libs/store/src/schema') && !file.startsWith('libs/store/src/signals/listener'),
      ),
    ).toEqual([]);
  });
});

describe('nothing unfinished is left behind', () => {
  test('no test is skipped or run alone', () => {
    const marks = /\b(it|test|describe)\.(only|skip|todo)\b|\bx(it|describe)\(/;
    const specs = [...ROOMS.flatMap((room) => sources(join(room.path, 'src'))), ...sources('test')].filter(
      (file) => file.endsWith('.spec.ts') && !file.endsWith('rooms.spec.ts'),
    );
    expect(specs.filter((file) => marks.test(readFileSync(file, 'utf8'))).map((file) => relative(ROOT, file))).toEqual(
      [],
    );
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}
