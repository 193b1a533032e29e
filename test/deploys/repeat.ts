import pg from 'pg';
import type { Answer, FrozenCall, FrozenStatement } from './frozen-state.js';

type Row = (string | null)[];

/** Everything is compared as the text the server sends. */
const AS_TEXT = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** Columns whose values tell the time, or how long something took. */
const TIMES = /^(timestamp with time zone|double precision)$/;
/** The same inside of texts: microseconds since 1970, and timestamps. */
const TIME_IN_TEXT = /\b\d{16}\b|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(\+00(:00)?|Z)?/g;

/** Makes the calls one after the other and gives the answers. Rejects with the server's error and the call's name. */
export async function repeat(client: pg.Client, calls: readonly Omit<FrozenCall, 'answer'>[]): Promise<Answer[]> {
  const { rows: known } = await client.query<{ oid: number; name: string }>(
    `select oid::integer, format_type(oid, null) as name from pg_type where typelem = 0 or typname like '\\_%'`,
  );
  const types = new Map(known.map(({ oid, name }) => [oid, name]));
  const answers: Answer[] = [];
  for (const { text, values } of calls) {
    // Several statements in one text are answered by as many results; ours are settings, which say nothing.
    const { fields, rows } = [await client.query<Row>({ text, values: [...values], rowMode: 'array', types: AS_TEXT })]
      .flat()
      .at(-1) as pg.QueryArrayResult<Row>;
    const columns = fields.map((field) => types.get(field.dataTypeID) ?? String(field.dataTypeID));
    answers.push({
      columns: fields.map(({ name }, at) => `${name} ${columns[at] ?? ''}`),
      rows: rows.map((row) => row.map((value, at) => withoutTime(value, columns[at] ?? ''))),
    });
  }
  return answers;
}

function withoutTime(value: string | null, type: string): string | null {
  if (value === null) return null;
  return TIMES.test(type) ? 'a time' : value.replaceAll(TIME_IN_TEXT, 'a time');
}

/** Types of the statement's parameters, once PostgreSQL has prepared it; rejects with its error when it cannot. */
export async function parametersOf(client: pg.Client, text: string): Promise<string[]> {
  await client.query(`prepare frozen as ${text}`);
  const { rows } = await client.query<{ types: string[] }>(
    `select parameter_types::text[] as types from pg_prepared_statements where name = 'frozen'`,
  );
  await client.query('deallocate frozen');
  return rows[0]?.types ?? [];
}

/** Where the statement and the schema at the other end of `client` no longer fit; null where they do. */
export async function misfit(client: pg.Client, { name, text, parameters }: FrozenStatement): Promise<string | null> {
  try {
    const now = await parametersOf(client, text);
    return String(now) === String(parameters) ? null : `${name}: takes (${now.join()}), took (${parameters.join()})`;
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
