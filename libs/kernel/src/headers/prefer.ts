import { allLines, type Field } from './field.js';
import { FieldReader } from './field-reader.js';

const PREFERENCE = /[ \t]*([!#$%&'*+\-.^_`|~\w]+)/y;
/** A word is a token or a quoted string (RFC 7240 §2). */
const WORD = /[ \t]*=[ \t]*(?:([!#$%&'*+\-.^_`|~\w]+)|"((?:[\t !#-[\]-~\u0080-\u00ff]|\\[\t -~\u0080-\u00ff])*)")/y;
const SEMICOLON = /[ \t]*;/y;
const COMMA = /[ \t]*(?:,[ \t]*)+/y;
const END = /[ \t]*$/y;

const SECONDS = /^\d+$/;

/**
 * Seconds a client is ready to wait (`Prefer: wait=10`, RFC 7240 §4.3), at most `capSeconds`. Null without the
 * preference, and for a field that is malformed anywhere, which says nothing reliable. Preferences and lines may be
 * many; the first `wait` counts (RFC 7240 §2), also when its value is no number of seconds and there is a second one.
 */
export function parsePreferWait(field: Field, capSeconds = 30): number | null {
  const text = allLines(field);
  if (text === null) return null;
  const wait = readPreferences(text)?.get('wait');
  return wait !== undefined && SECONDS.test(wait) ? Math.min(Number(wait), capSeconds) : null;
}

/** Names in lower case and their values, `''` without one; null when the text is not a list of preferences. */
function readPreferences(text: string): Map<string, string> | null {
  const preferences = new Map<string, string>();
  const reader = new FieldReader(text);
  reader.take(COMMA);
  while (!reader.take(END)) {
    const name = reader.take(PREFERENCE)?.[1]?.toLowerCase();
    if (name === undefined) return null;
    const value = readWord(reader);
    if (!preferences.has(name)) preferences.set(name, value);
    // Parameters of a preference mean nothing for `wait`, but what they quote must not be taken for preferences.
    while (reader.take(SEMICOLON)) if (reader.take(PREFERENCE)) readWord(reader);
    if (!reader.take(COMMA) && !reader.take(END)) return null;
  }
  return preferences;
}

/** The value after a name, without its quotes; `''` when there is none. */
function readWord(reader: FieldReader): string {
  const word = reader.take(WORD);
  return word?.[1] ?? word?.[2]?.replaceAll(/\\(.)/g, '$1') ?? '';
}
