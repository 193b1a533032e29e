import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { types } from 'pg';
import { parseInstant } from './parse-instant.js';

const driver = types.getTypeParser(types.builtins.TIMESTAMPTZ) as (text: string) => Date;

describe('a time read from a row', () => {
  test.each([
    ['without a fraction', '2026-11-24 13:05:09+00'],
    ['in tenths', '2026-11-24 13:05:09.1+00'],
    ['in hundredths', '2026-11-24 13:05:09.12+00'],
    ['in microseconds', '2026-11-24 13:05:09.123999+00'],
    ['of the first century', '0044-03-15 12:00:00+00'],
    ['before our era', '0044-03-15 12:00:00+00 BC'],
    ['of a year with five digits', '12026-11-24 13:05:09+00'],
    ['of another time zone', '2026-11-24 14:05:09.5+01'],
    ['of a time zone with minutes', '2026-11-24 18:35:09.5+05:30'],
    ['that never comes', 'infinity'],
  ])('is what the driver reads: %s', (_, text) => {
    expect(parseInstant(text).valueOf()).toBe(driver(text).valueOf());
  });

  test('is what the driver reads, whatever it is and whatever was read before', () => {
    const micros = fc.integer({ min: 0, max: 999_999 });
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        micros,
        (date, part) => {
          const fraction = part === 0 ? '' : `.${String(part).padStart(6, '0').replace(/0+$/, '')}`;
          const text = `${date.toISOString().slice(0, 19).replace('T', ' ')}${fraction}+00`;
          expect(parseInstant(text)).toEqual(driver(text));
          expect(parseInstant(text)).toEqual(driver(text));
        },
      ),
    );
  });

  test('is a Date of its own, which nobody else can change', () => {
    const first = parseInstant('2026-11-24 13:05:09+00');
    first.setTime(0);
    expect(parseInstant('2026-11-24 13:05:09+00').toISOString()).toBe('2026-11-24T13:05:09.000Z');
  });
});
