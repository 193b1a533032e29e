import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What the code of one day says to PostgreSQL, kept so that later schemas can be held against it. */
export interface FrozenState {
  /** Migrations it was written for. */
  readonly migrations: readonly string[];
  readonly statements: readonly FrozenStatement[];
  /** A recorded life of operations, call after call. */
  readonly life: readonly FrozenCall[];
}

export interface FrozenStatement {
  readonly name: string;
  readonly text: string;
  /** Types of its parameters, as the server understands them. */
  readonly parameters: readonly string[];
}

export interface FrozenCall {
  /** SQL; in the file, the name of the statement where it is one. */
  readonly text: string;
  /** As JSON: bytes as `\\x…`, times in ISO 8601. */
  readonly values: readonly unknown[];
  readonly answer: Answer;
}

/** What came back, without what is different each time. */
export interface Answer {
  /** `name type` of each column. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const FOLDER = join(import.meta.dirname, '..', '..', 'deploys', 'frozen');

/** All that are kept, by name. */
export function frozenStates(): [string, FrozenState][] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.map((file) => {
    const state = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as FrozenState;
    const texts = new Map(state.statements.map(({ name, text }) => [name, text]));
    return [basename(file, '.json'), withTexts(state, texts)];
  });
}

/** Keeps the state under this name; gives the file. */
export function keep(name: string, state: FrozenState): string {
  const file = join(FOLDER, `${name}.json`);
  const names = new Map(state.statements.map((statement) => [statement.text, statement.name]));
  writeFileSync(file, `${JSON.stringify(withTexts(state, names), null, 1)}\n`);
  return file;
}

function withTexts(state: FrozenState, texts: ReadonlyMap<string, string>): FrozenState {
  return { ...state, life: state.life.map((call) => ({ ...call, text: texts.get(call.text) ?? call.text })) };
}
