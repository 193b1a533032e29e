import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '@holdfast/testkit';
import * as fc from 'fast-check';
import { Client } from 'pg';
import { columns, jsonArray } from '@holdfast/store';

let client: Client;

beforeAll(async () => {
  client = new Client({ connectionString: (await testDatabase()).url });
  await client.connect();
});

afterAll(() => client.end());

/** What PostgreSQL makes of one column of type `type` beside a column that is never null. */
async function received(values: readonly unknown[], type: string): Promise<unknown[]> {
  const { at, value } = columns(
    values.map((item, index) => ({ item, index })),
    { at: ({ index }) => index, value: ({ item }) => item },
  );
  const { rows } = await client.query<{ value: unknown }>(
    `select value from unnest($1::integer[], $2::${type}[]) as a (at, value) order by at`,
    [at, value],
  );
  return rows.map((row) => row.value);
}

describe('a column of a statement', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }).map((text) => text.toWellFormed().replaceAll('\0', '')),
    fc.constantFrom('', 'null', 'NULL', ' a ', '{}', '{a,b}', 'a,b', '"', '\\', '\\x00', "'", '\n', 'a"b\\"c'),
  );

  test('of texts arrives as it was sent, whatever is in them and wherever there is null', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(word), { maxLength: 8 }), async (values) => {
        expect(await received(values, 'text')).toEqual(values);
      }),
    );
  });

  test.each<[string, unknown[], string]>([
    ['whole numbers', [1, null, -2, 0], 'integer'],
    ['fractions', [1.5, null, -2e-7, 1e21], 'float8'],
    ['ids', ['0193a5f0-0000-7000-8000-0000000000ff', null, '0193a5f0-0000-7000-8000-0000000000fe'], 'uuid'],
    ['bytes', [Buffer.from([0, 255, 92, 34]), null, Buffer.alloc(0)], 'bytea'],
    ['times', [new Date('2026-11-24T13:05:09.123Z'), null], 'timestamptz'],
    ['nothing but null', [null, null], 'text'],
  ])('of %s arrives as it was sent', async (_, values, type) => {
    expect(await received(values, type)).toEqual(values);
  });

  test('of JSON texts arrives text by text, not a character changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { minLength: 1, maxLength: 8 }), async (texts) => {
        const { rows } = await client.query<{ text: string }>(
          'select value::text as text from json_array_elements($1::json)',
          [jsonArray(texts)],
        );
        expect(rows.map((row) => row.text)).toEqual(texts);
      }),
    );
  });
});
