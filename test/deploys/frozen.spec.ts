import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { sessionOptions } from '@holdfast/store';
import { freshDatabase } from '@holdfast/testkit';
import pg from 'pg';
import { freeze } from './freeze.js';
import { type FrozenState, frozenStates } from './frozen-state.js';
import { misfit, repeat } from './repeat.js';

/** What does not fit when the code that was frozen works on today's schema after `change`. */
async function misfits(frozen: FrozenState, change = 'select 1'): Promise<string[]> {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url, options: sessionOptions() });
  await client.connect();
  try {
    await client.query(change);
    const found = [];
    for (const statement of frozen.statements) found.push(await misfit(client, statement));
    const answers = await repeat(client, frozen.life).catch((error: Error) => error.message);
    const life = typeof answers === 'string' ? answers : firstDifference(frozen, answers);
    return [...found, life && `the life: ${life}`].filter((line) => line !== null);
  } finally {
    await client.end();
    await database.drop();
  }
}

function firstDifference({ life }: FrozenState, answers: Awaited<ReturnType<typeof repeat>>): string | null {
  for (const [at, { text, answer }] of life.entries()) {
    const now = JSON.stringify(answers[at]);
    const then = JSON.stringify(answer);
    if (now !== then) return `${text}\nwas answered ${then}\nis answered  ${now}`;
  }
  return null;
}

const states = frozenStates();

test.each(states)('what the code of %s says to PostgreSQL works on the schema of today', async (_name, frozen) => {
  expect(frozen.life.filter(({ answer }) => answer.rows.length > 0).length).toBeGreaterThan(20);
  expect(await misfits(frozen)).toEqual([]);
});

test('what the code of every release says is kept', () => {
  const changelog = readFileSync(join(import.meta.dirname, '..', '..', '..', 'CHANGELOG.md'), 'utf8');
  const releases = [...changelog.matchAll(/^## (\d+\.\d+\.\d+)/gm)].map(([, version]) => version);
  expect(states.map(([name]) => name)).toEqual(expect.arrayContaining(releases));
});

describe('the code of today, on the schema of a release to come,', () => {
  let today: FrozenState;

  beforeAll(async () => {
    today = await freeze(freshDatabase);
  });

  test.each([
    ['a column', 'alter table holdfast.operations add column note text'],
    ['a column with a default', 'alter table holdfast.operation_steps add column cost integer not null default 0'],
    ['an index', 'create index by_owner on holdfast.operations (lease_owner)'],
    ['a table', 'create table holdfast.notes (id uuid primary key)'],
  ])('works when it has one more: %s', async (_what, change) => {
    expect(await misfits(today, change)).toEqual([]);
  });

  test.each([
    ['a column is gone', 'alter table holdfast.workers drop column lanes', /^register-worker: .*"lanes"/],
    ['a table has another name', 'alter table holdfast.operation_claims rename to held', /operation_claims/],
    ['a type is another one', 'alter table holdfast.operations alter column priority type integer', /create|life/],
    ['a column must be told', 'alter table holdfast.operations add column note text not null', /^the life: null value/],
    [
      'a value is refused',
      `alter table holdfast.operation_attempts add check (outcome <> 'fail')`,
      /^the life: new row/,
    ],
  ])('is found out not to work when %s', async (_what, change, pattern) => {
    expect((await misfits(today, change)).join('\n')).toMatch(new RegExp(pattern.source, 'm'));
  });
});
