import { readdirSync, readFileSync } from 'node:fs';

/** One SQL statement from `sql/`, its named parameters turned into positions. */
export interface Statement {
  /** Name of its file; also the name it is prepared under. */
  readonly name: string;
  readonly text: string;
  readonly parameters: readonly string[];
}

const FOLDER = new URL('../../sql/', import.meta.url);
/** `{name}` stands for `sql/fragments/name.sql`. */
const INCLUDE = /\{([a-z-]+)\}/g;
/** `:name`, but neither a cast (`::text`) nor a part of one. */
const PARAMETER = /(?<!:):([a-z_]+)/g;

function readSql(name: string): string {
  return readFileSync(new URL(`${name}.sql`, FOLDER), 'utf8');
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*--.*\n/gm, '').trim();
}

function compile(name: string): Statement {
  const source = withoutComments(readSql(name)).replaceAll(INCLUDE, (_, part: string) =>
    readSql(`fragments/${part}`).trim(),
  );
  const parameters: string[] = [];
  const text = source.replaceAll(PARAMETER, (_, parameter: string) => {
    const known = parameters.indexOf(parameter);
    return `$${known >= 0 ? known + 1 : parameters.push(parameter)}`;
  });
  return { name, text, parameters };
}

const compiled = new Map<string, Statement>(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .map((name) => [name, compile(name)]),
);

/** The statement in `sql/<name>.sql`; throws when there is none, which only a wrong build can cause. */
export function statement(name: string): Statement {
  const found = compiled.get(name);
  if (!found) throw new TypeError(`there is no statement ${name}.sql`);
  return found;
}

/** Names of all statements, for tests that look at each of them. */
export function statementNames(): string[] {
  return [...compiled.keys()];
}
