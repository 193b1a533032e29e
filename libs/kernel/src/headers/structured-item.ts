import { FieldReader } from './field-reader.js';

/**
 * A bare item of RFC 9651 §3.3; dates are seconds since 1970. The kinds that no field of ours uses are checked for their
 * syntax and called `other`.
 */
export type BareItem =
  | { readonly kind: 'integer' | 'date'; readonly value: number }
  | { readonly kind: 'string' | 'token'; readonly value: string }
  | { readonly kind: 'other' };

export interface StructuredItem {
  readonly item: BareItem;
  /** By name; of a parameter that is given twice the last one counts (RFC 9651 §4.2.3.2). */
  readonly parameters: ReadonlyMap<string, BareItem>;
}

const INTEGER = /-?\d{1,15}(?![\d.])/y;
const DATE = /@-?\d{1,15}(?![\d.])/y;
const STRING = /"(?:[ !#-[\]-~]|\\["\\])*"/y;
const TOKEN = /[A-Za-z*][!#$%&'*+\-.^_`|~\w:/]*/y;
/** Decimal, byte sequence, boolean, display string. */
const OTHER = /-?\d{1,12}\.\d{1,3}(?![\d.])|:[A-Za-z0-9+/=]*:|\?[01]|%"(?:[ !#$&-~]|%[0-9a-f]{2})*"/y;

/** White space before the semicolon is not in the RFC, but in what people write by hand. */
const PARAMETER = /[ \t]*;[ \t]*([a-z*][a-z0-9_.*-]*)(=)?/y;

/**
 * Reads a field value, without white space around it, as a structured-field Item with its parameters (RFC 9651
 * §4.2.3); null when it is not one. Linear in the length of the field.
 */
export function parseStructuredItem(field: string): StructuredItem | null {
  const reader = new FieldReader(field);
  const item = bareItem(reader);
  if (!item) return null;
  const parameters = new Map<string, BareItem>();
  while (!reader.done) {
    const parameter = reader.take(PARAMETER);
    if (!parameter) return null;
    // A parameter without a value is the boolean true (RFC 9651 §4.2.3.2).
    const value: BareItem | null = parameter[2] === undefined ? { kind: 'other' } : bareItem(reader);
    if (!value) return null;
    parameters.set(parameter[1] as string, value);
  }
  return { item, parameters };
}

function bareItem(reader: FieldReader): BareItem | null {
  const string = reader.take(STRING)?.[0];
  if (string !== undefined) return { kind: 'string', value: unquote(string) };
  const token = reader.take(TOKEN)?.[0];
  if (token !== undefined) return { kind: 'token', value: token };
  const integer = reader.take(INTEGER)?.[0];
  if (integer !== undefined) return { kind: 'integer', value: Number(integer) };
  const date = reader.take(DATE)?.[0];
  if (date !== undefined) return { kind: 'date', value: Number(date.slice(1)) };
  return reader.take(OTHER) ? { kind: 'other' } : null;
}

function unquote(string: string): string {
  return string.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
