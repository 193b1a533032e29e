import { types } from 'pg';

/** `2026-11-24 13:05:09.123456+00`: what a session in UTC writes; the fraction is shorter when it ends with zeros. */
const LENGTH_MIN = '2026-11-24 13:05:09+00'.length;
const ZERO = 48;
const DOT = 46;

const parseAny = types.getTypeParser(types.builtins.TIMESTAMPTZ) as (text: string) => Date;

let lastText = '';
let lastMs = Number.NaN;

/**
 * Reads a `timestamptz`. The driver's parser knows every notation, which makes it the most expensive part of reading a
 * row; the one notation our sessions write is read here, and the latest is remembered, because the times of one row and
 * of all rows of one statement are mostly the same. Microseconds are cut to milliseconds, as the driver does.
 */
export function parseInstant(text: string): Date {
  if (!inUtc(text)) return parseAny(text);
  if (text !== lastText) {
    lastMs = utcMs(text);
    lastText = text;
  }
  return new Date(lastMs);
}

/** Four digits of year and the offset of UTC: everything else is rare enough for the driver's parser. */
function inUtc(text: string): boolean {
  return text.length >= LENGTH_MIN && text.endsWith('+00') && text[0] !== '0' && text[4] === '-' && text[10] === ' ';
}

function utcMs(text: string): number {
  const ms = text.charCodeAt(19) === DOT ? fraction(text) : 0;
  return Date.UTC(
    two(text, 0) * 100 + two(text, 2),
    two(text, 5) - 1,
    two(text, 8),
    two(text, 11),
    two(text, 14),
    two(text, 17),
    ms,
  );
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

/** The milliseconds of up to six decimals behind position 19; the offset ends them. */
function fraction(text: string): number {
  let ms = 0;
  for (let at = 20, weight = 100; weight >= 1 && at < text.length - 3; at += 1, weight /= 10) {
    ms += (text.charCodeAt(at) - ZERO) * weight;
  }
  return ms;
}
