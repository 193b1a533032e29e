import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lifecycleDiagram, lifecycleTable } from './doc-tables.js';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'concepts', 'lifecycle.md');

describe('the page about the lifecycle', () => {
  const page = readFileSync(PAGE, 'utf8');

  test('draws exactly the edges that the table has', () => {
    expect(page).toContain(`\n${lifecycleDiagram()}\n`);
    expect(page.match(/```mermaid/g)).toHaveLength(1);
  });

  test('lists exactly the edges that the table has', () => {
    expect(page).toContain(`\n\n${lifecycleTable()}\n\n`);
  });
});
