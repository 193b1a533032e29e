import { registerDecorator, type ValidationOptions } from 'class-validator';

/** RFC 3339 §5.6 `date-time`: the offset is mandatory, `T` and `Z` may be lower case, any number of fraction digits. */
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,30}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

const YEAR_MIN = 1;
const YEAR_MAX = 9_999;
const MINUTE_MS = 60_000;

export const TIMESTAMP_DETAIL = 'must be an RFC 3339 timestamp with an offset, such as 2030-01-31T08:00:00Z';

/**
 * The instant an RFC 3339 timestamp names, cut to the millisecond; null for anything else. In UTC the year must be 1 to
 * 9999, so that PostgreSQL holds it and it can be printed as a four-digit year again. A leap second, which RFC 3339
 * allows at the end of a UTC day, is the first instant of the next one.
 */
export function parseTimestamp(text: string): Date | null {
  const match = DATE_TIME.exec(text);
  if (!match) return null;
  const part = (group: number) => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(9), part(10)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return null;
  const local = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return null;
  local.setUTCHours(hour, minute, second, Number((match[7] ?? '').slice(0, 3).padEnd(3, '0')));
  const offsetMs = (match[8] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute) * MINUTE_MS;
  const instant = new Date(local.getTime() - offsetMs);
  const isMidnight = instant.getUTCHours() === 0 && instant.getUTCMinutes() === 0;
  if (second === 60 && !isMidnight) return null;
  const utcYear = instant.getUTCFullYear();
  return utcYear < YEAR_MIN || utcYear > YEAR_MAX ? null : instant;
}

/** Property decorator: text that {@link parseTimestamp} understands. */
export function IsTimestamp(options: ValidationOptions = {}): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isTimestamp',
      target: target.constructor,
      propertyName: propertyName as string,
      options: { message: TIMESTAMP_DETAIL, ...options },
      validator: { validate: (value: unknown) => typeof value === 'string' && parseTimestamp(value) !== null },
    });
}
