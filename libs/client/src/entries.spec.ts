import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';

const SPECIFIER = /^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gm;

/** Every module that an entry reaches, as it was emitted, and the packages among them. */
function reached(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(SPECIFIER)) {
      if (specifier.startsWith('.')) files.add(join(dirname(file), specifier));
      else packages.add(specifier);
    }
  }
  return { files, packages };
}

test('the main entry runs in a browser: nothing it reaches is a module of Node', () => {
  const { files, packages } = reached(join(import.meta.dirname, 'index.js'));
  expect(files.size).toBeGreaterThan(20);
  expect([...packages]).toEqual(['cockatiel']);
});

test('the entry for Node adds only modules of Node', () => {
  const { packages } = reached(join(import.meta.dirname, 'node', 'index.js'));
  expect([...packages].every((name) => name.startsWith('node:'))).toBe(true);
});
