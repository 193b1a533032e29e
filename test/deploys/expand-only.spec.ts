import { describe, expect, test } from '@jest/globals';
import { CONTRACTION_KNOWN, contractionOf, MIGRATIONS } from '@holdfast/migrations';
import { plan } from '@holdfast/store';

/** What the release before cannot live with, or not for sure. */
const TAKES_AWAY = [
  /\bdrop\s+(?!index concurrently)/i,
  /\brename\b/i,
  /\bset\s+not\s+null\b/i,
  /\balter\s+column\b[^,]*\btype\b/i,
  /\badd\s+column\b(?![^,;]*\b(default|generated)\b)[^,;]*\bnot\s+null\b/i,
  /\badd\s+(constraint|unique|check|primary|foreign|exclude)\b/i,
  /\b(delete\s+from|truncate)\b/i,
];
const UNIQUE_INDEX = /\bcreate\s+unique\s+index\b.*\bon\s+(holdfast\.\w+)/is;
const NEW_TABLE = /\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?(holdfast\.\w+)/i;

/** Statements that take something away. A table that the migration itself makes is nobody's yet. */
function takenAway(statements: readonly string[]): string[] {
  const made = statements.map((text) => NEW_TABLE.exec(text)?.[1]);
  return statements.filter((text) => {
    const indexed = UNIQUE_INDEX.exec(text)?.[1];
    return TAKES_AWAY.some((pattern) => pattern.test(text)) || (indexed !== undefined && !made.includes(indexed));
  });
}

test.each(MIGRATIONS.map((migration) => [migration.name, migration] as const))(
  '%s only adds, or is called a contraction',
  async (name, migration) => {
    const { statements } = await plan(migration);
    expect(statements).not.toEqual([]);
    if (contractionOf(name) === null) expect(takenAway(statements)).toEqual([]);
  },
);

test('no contraction is further than what this release, and the one it replaces, can live with', () => {
  const contractions = MIGRATIONS.map(({ name }) => contractionOf(name) ?? 0);
  expect(Math.max(...contractions)).toBeLessThanOrEqual(CONTRACTION_KNOWN);
});

describe('a migration is judged by what it does:', () => {
  test.each([
    'alter table holdfast.operations drop column pokes',
    'alter table holdfast.operations rename column pokes to nudges',
    'alter table holdfast.operations alter column pokes set not null',
    'alter table holdfast.operations alter column pokes type smallint',
    'alter table holdfast.operations add column note text not null',
    'alter table holdfast.workers add constraint named unique (name)',
    'create unique index by_name on holdfast.workers (name)',
    'drop index holdfast.operations_by_tenant',
    'delete from holdfast.operation_requests',
  ])('«%s» takes away', (text) => {
    expect(takenAway([text])).toEqual([text]);
  });

  test.each([
    'alter table holdfast.operations add column nudges integer not null default 0, add column note text',
    'drop index concurrently if exists holdfast.by_note',
    'create index concurrently by_note on holdfast.operations (note)',
  ])('«%s» does not', (text) => {
    expect(takenAway([text])).toEqual([]);
  });

  test('an index that makes a table of its own unique does not', () => {
    const statements = [
      'create table holdfast.notes (id uuid primary key, name text)',
      'create unique index by_name on holdfast.notes (name)',
    ];
    expect(takenAway(statements)).toEqual([]);
  });
});
