import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { VARIABLES } from '@holdfast/service';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
const OPERATIONS = join(DOCS, 'operations');
const pages = readdirSync(OPERATIONS).filter((file) => file.endsWith('.md'));

test('the index of the operator’s pages leads to each of them', () => {
  const index = readFileSync(join(OPERATIONS, 'README.md'), 'utf8');
  const others = pages.filter((page) => page !== 'README.md');
  expect(others.filter((page) => !index.includes(`(${page})`))).toEqual([]);
});

test.each(pages)('%s names only variables that exist', (page) => {
  const text = readFileSync(join(OPERATIONS, page), 'utf8');
  const named = [...text.matchAll(/\bHOLDFAST_[A-Z_]+/g)].map(([name]) => name);
  expect(named.filter((name) => !(name in VARIABLES))).toEqual([]);
});

test('the guarantees refer to the last run of the crash tests', () => {
  const last = readdirSync(join(OPERATIONS, 'crash-reports')).sort().at(-1);
  const guarantees = readFileSync(join(DOCS, 'concepts', 'guarantees.md'), 'utf8');
  expect(guarantees).toContain(`../operations/crash-reports/${last}`);
});
