import { readFileSync } from 'node:fs';
import { Mistake } from '../outcome/mistake.js';

const FORMS = 'Write name=text, name:=json, name=@file (its text) or name:=@file (its JSON).';

/**
 * What the words after a type stand for: `amount:=1200 currency=EUR` is `{"amount":1200,"currency":"EUR"}`. The same
 * forms as httpie's, so that nobody has to quote JSON in a shell.
 */
export function readPairs(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(words.map(readPair));
}

function readPair(word: string): [string, unknown] {
  const [, name = '', sign = '', value = ''] = /^([^=:@]+)(:?=)(.*)$/s.exec(word) ?? [];
  if (name === '') throw new Mistake(`«${word}» is not a pair of a name and a value.`, FORMS);
  const text = value.startsWith('@') ? readText(value.slice(1)) : value;
  return [name, sign === ':=' ? readJson(text, `the value of ${name}`) : text];
}

/** A whole input: JSON, `@file`, or `-` for standard input. */
export function readInput(text: string): unknown {
  if (text === '-') return readJson(readText('/dev/stdin'), 'standard input');
  return readJson(text.startsWith('@') ? readText(text.slice(1)) : text, '--input');
}

/** `name=text` words, such as labels. */
export function readTexts(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(word) ?? [];
      if (name === '') throw new Mistake(`«${word}» is not a pair of a name and a value.`, 'Write name=text.');
      return [name, value];
    }),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path === '/dev/stdin' ? 0 : path, 'utf8');
  } catch (error) {
    throw new Mistake(`${path} cannot be read: ${(error as Error).message}.`);
  }
}

function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Mistake(`${what} is not JSON: ${(error as Error).message}.`, `For text, use = instead of :=. ${FORMS}`);
  }
}
