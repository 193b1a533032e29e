import { childPointer, shortenPointer } from '../json/json-pointer.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.js';

/**
 * JSON pointers into the request body at which two projections differ (`/input/amount`), at most `limit`, never a
 * value: whoever reuses a key by mistake learns where to look, and nothing of what was sent before. Members come in the
 * order of their names, elements in theirs; a value that only one side has is reported itself, not what is inside it.
 * Recursion as deep as the values.
 */
export function mismatchPointers(stored: JsonValue, incoming: JsonValue, limit = 20): string[] {
  const found = new Set<string>();
  collect(stored, incoming, '', { found, limit });
  return [...found];
}

interface Collection {
  /** A set, because pointers that had to be shortened may fall together. */
  readonly found: Set<string>;
  readonly limit: number;
}

type Side = JsonValue | undefined;

function collect(stored: Side, incoming: Side, at: string, collection: Collection): void {
  if (Array.isArray(stored) && Array.isArray(incoming)) {
    const length = Math.max(stored.length, incoming.length);
    for (let index = 0; index < length; index += 1) {
      descend(stored[index], incoming[index], at, index, collection);
    }
  } else if (isJsonObject(stored) && isJsonObject(incoming)) {
    for (const name of namesOf(stored, incoming)) {
      descend(memberOf(stored, name), memberOf(incoming, name), at, name, collection);
    }
  } else if (stored !== incoming) {
    collection.found.add(shortenPointer(at));
  }
}

/** Equal scalars, which are most of what is compared, need no pointer. */
function descend(stored: Side, incoming: Side, at: string, child: string | number, collection: Collection): void {
  if (stored === incoming || collection.found.size >= collection.limit) return;
  collect(stored, incoming, childPointer(at, child), collection);
}

function namesOf(stored: JsonObject, incoming: JsonObject): string[] {
  return [...new Set([...Object.keys(stored), ...Object.keys(incoming)])].sort();
}

/** Own members only: a body may well have a member called `constructor`, or lack it. */
function memberOf(object: JsonObject, name: string): Side {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
