import { childPointer, shortenPointer } from './json-pointer.js';
import type { JsonValue } from './json-value.js';

/** Half a surrogate pair: with the `u` flag, whole pairs are code points of other categories. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * JSON pointer of the first string or member name that PostgreSQL cannot store, because it holds U+0000 or a lone
 * surrogate; null when there is none. «First» is in the order in which JavaScript lists members. A pointer longer than
 * `POINTER_LENGTH_MAX` is that of an ancestor. Recursion as deep as the value.
 */
export function unstorablePointer(value: JsonValue): string | null {
  const pointer = firstUnstorable(value);
  return pointer === null ? null : shortenPointer(pointer);
}

function firstUnstorable(value: JsonValue): string | null {
  if (typeof value === 'string') return isUnstorable(value) ? '' : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const below = isUnstorable(name) ? '' : firstUnstorable(member);
    if (below !== null) return childPointer('', name) + below;
  }
  return null;
}

function isUnstorable(text: string): boolean {
  return text.includes('\0') || LONE_SURROGATE.test(text);
}
