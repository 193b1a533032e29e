import type { JsonObject, JsonValue } from './json-value.js';

/** Characters that stand for themselves between quotes: printable ASCII without the quote and the backslash. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** For longer texts `JSON.stringify` looks for what must be escaped faster than the expression does. */
const PLAIN_LENGTH_MAX = 64;

/**
 * The canonical text of a value (RFC 8785): no white space, members in the order of the UTF-16 code units of their
 * names, strings and numbers as ECMAScript prints them, so that `1.0` is `1` and `-0` is `0`. RFC 8785 refuses lone
 * surrogates; here they stay escaped, because a request that holds one still has to be compared with an earlier one.
 *
 * Recurses once for each level of nesting. Throws a `TypeError` for a number that is not finite.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('JSON has no number that is not finite');
    return String(value);
  }
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
}

function canonicalArray(array: readonly JsonValue[]): string {
  let text = '[';
  for (let index = 0; index < array.length; index += 1) {
    if (index > 0) text += ',';
    text += canonicalJson(array[index] as JsonValue);
  }
  return `${text}]`;
}

function canonicalObject(object: JsonObject): string {
  let text = '{';
  for (const name of sortedNames(object)) {
    if (text.length > 1) text += ',';
    text += `${quote(name)}:${canonicalJson(object[name] as JsonValue)}`;
  }
  return `${text}}`;
}

/** Comparing strings with `<`, and sorting them without a comparison of one's own, goes by UTF-16 code units. */
function sortedNames(object: JsonObject): string[] {
  const names = Object.keys(object);
  for (let index = 1; index < names.length; index += 1) {
    if ((names[index] as string) < (names[index - 1] as string)) return names.sort();
  }
  return names;
}

/** Half of the time on small requests went into `JSON.stringify` for names and words that need no escape. */
function quote(text: string): string {
  return text.length <= PLAIN_LENGTH_MAX && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
