import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { roleSettings } from '@holdfast/store';
import {
  attributeTable,
  ENGINE_CODES,
  errorTable,
  explanationTables,
  metricsTable,
  settingsTable,
  spanEventTable,
  spanTable,
} from './doc-tables.js';

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs');
const PAGES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
const page = (name: string) => readFileSync(join(DOCS, name), 'utf8');

describe('the reference', () => {
  test('lists exactly the errors of the catalogue', () => {
    expect(page('reference/errors.md')).toContain(`\n\n${errorTable()}\n\n`);
  });

  test('lists every code that the engine itself may give a failed operation', () => {
    const listed = [...page('reference/errors.md').matchAll(/^\| `([a-z]+(?:_[a-z]+)*)` +\|/gm)].map(
      (match) => match[1],
    );
    expect(new Set(listed)).toEqual(new Set(ENGINE_CODES));
    expect(listed).toHaveLength(ENGINE_CODES.length);
  });

  test('lists exactly the codes of explanations', () => {
    for (const table of explanationTables()) expect(page('reference/explanations.md')).toContain(`\n\n${table}\n\n`);
  });

  test('lists exactly the metrics of the table, under both of their names', () => {
    expect(page('reference/metrics.md')).toContain(`\n\n${metricsTable()}\n\n`);
  });

  test('lists exactly the settings that the service reads, with their defaults', () => {
    expect(page('reference/settings.md')).toContain(`\n\n${settingsTable()}\n\n`);
  });

  test('tells the settings that a role needs behind a pooler', () => {
    const sql = roleSettings('holdfast', 'holdfast').join('\n');
    expect(page('operations/poolers.md')).toContain(`\n${sql}\n`);
  });

  test.each([
    ['spans', spanTable],
    ['events on spans', spanEventTable],
    ['attributes', attributeTable],
  ])('lists exactly the %s of the tables of telemetry', (_, table) => {
    expect(page('reference/telemetry.md')).toContain(`\n\n${table()}\n\n`);
  });
});

/** As GitHub makes anchors of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinks(name: string): string[] {
  const targets = [...page(name).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
  return targets.flatMap(([link, path = '', anchor]) => {
    const file = path === '' ? join(DOCS, name) : join(DOCS, dirname(name), path);
    if (!existsSync(file)) return [`${link}: no ${relative(DOCS, file)}`];
    if (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor)) return [];
    return [`${link}: no such heading`];
  });
}

describe('the pages', () => {
  test.each(PAGES)('%s links only to what exists', (name) => {
    expect(brokenLinks(name)).toEqual([]);
  });

  test('are all reachable from the index', () => {
    const seen = new Set(['README.md']);
    for (const name of seen) {
      for (const [, path = ''] of page(name).matchAll(/\]\(([^)#:]+\.md)[^)]*\)/g)) {
        seen.add(relative(DOCS, join(DOCS, dirname(name), path)));
      }
    }
    expect(PAGES.filter((name) => !seen.has(name))).toEqual([]);
  });
});
