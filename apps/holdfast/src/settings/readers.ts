import { closest } from '@holdfast/kernel';
import { isAbsolute, resolve } from 'node:path';

import { Mistake, quoted } from './mistake.js';

/** Turns the text of a variable into its value; throws a {@link Mistake}. */
export type Reader<Value> = (text: string) => Value;

const DECIMAL = /^\d{1,15}$/;

/** Whole numbers from `min` to `max`; `unit` is what is counted. */
export function whole(min: number, max: number, unit: string): Reader<number> {
  const accepted = `a whole number${unit ? ` of ${unit}` : ''} from ${min} to ${max}`;
  return (text) => {
    const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new Mistake(quoted(text), accepted);
    return value;
  };
}

export function oneOf<const Word extends string>(words: readonly Word[]): Reader<Word> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    const meant = closest(text, words);
    throw new Mistake(quoted(text) + (meant ? ` (did you mean ${meant}?)` : ''), words.join(', '));
  };
}

/** A path, made absolute from the working directory. */
export const path: Reader<string> = (text) => {
  if (text.includes('\0')) throw new Mistake('a path with a NUL character', 'a path');
  return isAbsolute(text) ? text : resolve(text);
};

/** An absolute http(s) URL, without the trailing slash, to which paths can be appended. */
export const publicUrl: Reader<string> = (text) => {
  const accepted =
    'an absolute http or https URL without user, query or fragment, such as https://holdfast.example.com';
  const url = URL.parse(text);
  // A URL that cannot be read may still hold a password, so only its scheme is ever shown.
  if (!url) throw new Mistake('something that is not an absolute URL', accepted);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Mistake(`a ${url.protocol} URL`, accepted);
  if (url.username || url.password) throw new Mistake('a URL with a user or password', accepted);
  if (url.search || url.hash || /[?#]$/.test(text)) throw new Mistake('a URL with a query or fragment', accepted);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
};

/** A PostgreSQL URL, kept as it is. Its text is a secret: what is wrong with it is said without quoting it. */
export const databaseUrl: Reader<string> = (text) => {
  const accepted = 'postgres://user:password@host:port/database, with special characters percent-encoded';
  const url = URL.parse(text);
  if (!url) throw new Mistake('something that is not a URL', accepted);
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
    throw new Mistake(`a ${url.protocol} URL`, accepted);
  try {
    for (const part of [url.username, url.password, url.pathname]) decodeURIComponent(part);
  } catch {
    throw new Mistake('a URL with a % that encodes nothing', accepted);
  }
  return text;
};
