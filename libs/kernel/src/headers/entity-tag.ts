import { FieldReader } from './field-reader.js';

const SEPARATOR = /[ \t]*(?:,[ \t]*)+/y;
const SPACE = /[ \t]*/y;
const ENTITY_TAG = /(W\/)?("[!#-~\u0080-\u00ff]*")/y;

/**
 * `If-None-Match` (RFC 9110 §13.1.2): true when the field names the current entity tag, by weak comparison, or is `*`;
 * the answer is then 304. An absent or malformed field matches nothing.
 */
export function matchesEntityTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = opaqueTag(etag);
  return names(ifNoneMatch, (tag) => opaqueTag(tag) === opaque);
}

/**
 * `If-Match` (RFC 9110 §13.1.1): true when the field names the current entity tag, by strong comparison, or is `*`; if
 * not, the answer is 412. A malformed field matches nothing, so that nothing is changed on a condition nobody
 * understood. Without the field there is no condition to ask about.
 */
export function matchesStrongly(ifMatch: string, etag: string): boolean {
  return names(ifMatch, (tag) => tag === etag && !tag.startsWith('W/'));
}

function opaqueTag(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}

function names(field: string, matches: (tag: string) => boolean): boolean {
  const tags = readTags(field);
  return tags !== null && (tags === '*' || tags.some((tag) => matches(tag)));
}

/** The tags of a list, quotes and weakness mark included; null when it is not a list of tags. */
function readTags(field: string): '*' | string[] | null {
  if (/^[ \t]*\*[ \t]*$/.test(field)) return '*';
  const reader = new FieldReader(field);
  const tags: string[] = [];
  if (!reader.take(SEPARATOR)) reader.take(SPACE);
  while (!reader.done) {
    const tag = reader.take(ENTITY_TAG);
    if (!tag) return null;
    tags.push(tag[0]);
    if (!reader.take(SEPARATOR)) {
      reader.take(SPACE);
      if (!reader.done) return null;
    }
  }
  return tags;
}
