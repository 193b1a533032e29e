import { JsonScan } from './json-scan.js';
import type { JsonValue } from './json-value.js';
import { unstorablePointer } from './unstorable.js';
import { decodeUtf8 } from './utf8.js';

export interface StrictJson {
  readonly value: JsonValue;
  /**
   * JSON pointer of the first string or member name with U+0000 or a lone surrogate in it; null when there is none.
   * Such a body is JSON, so it can be compared with an earlier request, but it cannot become a new one.
   */
  readonly unstorable: string | null;
}

/**
 * Parses a body that must mean the same to every JSON reader (I-JSON, RFC 7493 §2). Throws a `body-invalid` refusal for
 * anything else: not UTF-8 or a byte order mark, not JSON, a member name twice in one object (compared without their
 * escapes), more than `maxDepth` levels of objects and arrays, a number that is not finite or an integer beyond
 * ±(2^53 − 1). The refusal tells a byte position, never a value.
 */
export function readStrictJson(body: Buffer, limits: { readonly maxDepth: number }): StrictJson {
  const text = decodeUtf8(body);
  const scan = new JsonScan(body, text, limits.maxDepth);
  scan.run();
  const value = JSON.parse(text) as JsonValue;
  return { value, unstorable: scan.sawSuspectEscape ? unstorablePointer(value) : null };
}
