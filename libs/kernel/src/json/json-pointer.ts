/** Longest pointer the service writes, in UTF-16 code units. */
export const POINTER_LENGTH_MAX = 512;

/** The JSON pointer (RFC 6901 §3) of a member or element of what `parent` points to; the whole document is `''`. */
export function childPointer(parent: string, child: string | number): string {
  if (typeof child === 'number') return `${parent}/${child}`;
  // The tilde first, or the tilde of an escaped slash would be escaped once more.
  return `${parent}/${child.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/**
 * The pointer itself, or that of the nearest ancestor which fits {@link POINTER_LENGTH_MAX}. What is said of a value is
 * then said of something that contains it; a member name can be as long as a body, and an answer must not multiply it.
 */
export function shortenPointer(pointer: string): string {
  if (pointer.length <= POINTER_LENGTH_MAX) return pointer;
  // A slash inside a name is escaped, so every slash ends a whole ancestor.
  return pointer.slice(0, pointer.lastIndexOf('/', POINTER_LENGTH_MAX));
}
