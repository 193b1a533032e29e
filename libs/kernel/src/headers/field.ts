/** A header field as Node gives it: one line, the lines of a repeated field, or nothing. */
export type Field = string | readonly string[] | undefined;

/** The value of a field that may be sent once, without the white space around it; null when it is absent or repeated. */
export function onlyLine(field: Field): string | null {
  if (typeof field === 'string') return trimSpace(field);
  return field?.length === 1 ? trimSpace(field[0] as string) : null;
}

/** All lines of a list-based field as one list (RFC 9110 §5.3); null when it is absent. */
export function allLines(field: Field): string | null {
  if (field === undefined) return null;
  return typeof field === 'string' ? field : field.join(',');
}

/**
 * The text without the spaces and tabs around it, which are not part of a field value (RFC 9110 §5.5). Not `trim`,
 * which takes away other characters too, and not an expression, which takes quadratic time on many spaces.
 */
function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
