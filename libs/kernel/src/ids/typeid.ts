import { formatUuid, isUuid7 } from './uuid7.js';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const VALUE = new Map(ALPHABET.split('').map((character, value) => [character, BigInt(value)]));
const PREFIX = /^[a-z]([a-z_]{0,61}[a-z])?$/;
const SUFFIX_LENGTH = 26;
/** Two characters at once: every answer shows an id. */
const PAIRS = Array.from({ length: 1_024 }, (_, pair) => `${ALPHABET[pair >> 5]}${ALPHABET[pair & 31]}`);
const DASH = 0x2d;
const DIGIT_NINE = 0x39;

export const DEFAULT_ID_PREFIX = 'opn';

/** TypeID 0.3 prefix grammar: 1–63 of `[a-z_]`, neither starting nor ending with an underscore. */
export function isIdPrefix(text: string): boolean {
  return PREFIX.test(text);
}

/**
 * Renders a UUID as a TypeID 0.3 (`opn_01k…`): prefix, underscore, and the 128 bits as 26 characters of Crockford
 * base32, most significant first.
 */
export function formatTypeId(prefix: string, uuid: string): string {
  // 128 bits are 25 groups of 5 and a leading group of 3, so the first character is at most 7.
  let suffix = '';
  let buffer = 0;
  let bits = 2;
  for (let index = 0; index < uuid.length; index += 1) {
    const code = uuid.charCodeAt(index);
    if (code === DASH) continue;
    // As UUIDs are written here, the letters are lower case.
    buffer = (buffer << 4) | (code <= DIGIT_NINE ? code - 0x30 : code - 0x57);
    bits += 4;
    if (bits < 10) continue;
    bits -= 10;
    suffix += PAIRS[buffer >>> bits];
    buffer &= (1 << bits) - 1;
  }
  return `${prefix}_${suffix}`;
}

export interface ParsedTypeId {
  readonly prefix: string;
  readonly uuid: string;
}

/** Reads a TypeID back; null for anything that {@link formatTypeId} would not have written. */
export function parseTypeId(text: string): ParsedTypeId | null {
  const cut = text.lastIndexOf('_');
  const prefix = text.slice(0, Math.max(cut, 0));
  const suffix = text.slice(cut + 1);
  if (cut < 1 || suffix.length !== SUFFIX_LENGTH || !isIdPrefix(prefix) || !/^[0-7]/.test(suffix)) return null;
  let value = 0n;
  for (const character of suffix) {
    const digit = VALUE.get(character);
    if (digit === undefined) return null;
    value = (value << 5n) | digit;
  }
  const uuid = formatUuid(Buffer.from(value.toString(16).padStart(32, '0'), 'hex'));
  return isUuid7(uuid) ? { prefix, uuid } : null;
}
