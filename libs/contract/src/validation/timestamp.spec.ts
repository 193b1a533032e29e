import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseTimestamp } from './timestamp.js';

describe('parseTimestamp', () => {
  test.each([
    ['2030-01-31T08:00:00Z', '2030-01-31T08:00:00.000Z'],
    ['2030-01-31t08:00:00z', '2030-01-31T08:00:00.000Z'],
    ['2030-01-31T08:00:00+05:30', '2030-01-31T02:30:00.000Z'],
    ['2030-01-31T08:00:00-00:00', '2030-01-31T08:00:00.000Z'],
    ['2030-01-31T08:00:00.1Z', '2030-01-31T08:00:00.100Z'],
    ['2030-01-31T08:00:00.999999999Z', '2030-01-31T08:00:00.999Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T01:59:60+02:00', '2017-01-01T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s names the instant %s', (text, instant) => {
    expect(parseTimestamp(text)?.toISOString()).toBe(instant);
  });

  test.each([
    ['no offset', '2030-01-31T08:00:00'],
    ['a date alone', '2030-01-31'],
    ['a space instead of T', '2030-01-31 08:00:00Z'],
    ['a day that does not exist', '2030-02-30T00:00:00Z'],
    ['February 29 of a common year', '2030-02-29T00:00:00Z'],
    ['month 13', '2030-13-01T00:00:00Z'],
    ['hour 24', '2030-01-31T24:00:00Z'],
    ['minute 60', '2030-01-31T08:60:00Z'],
    ['a leap second in the middle of a day', '2030-01-31T08:00:60Z'],
    ['an offset of 24 hours', '2030-01-31T08:00:00+24:00'],
    ['an offset without a colon', '2030-01-31T08:00:00+0530'],
    ['a year of five digits', '12030-01-31T08:00:00Z'],
    ['a year that becomes 10000 in UTC', '9999-12-31T23:59:59-01:00'],
    ['a year that becomes 0 in UTC', '0001-01-01T00:00:00+01:00'],
    ['an empty fraction', '2030-01-31T08:00:00.Z'],
    ['milliseconds since the epoch', '1893456000000'],
    ['a line feed at the end', '2030-01-31T08:00:00Z\n'],
    ['nothing', ''],
  ])('%s is no timestamp', (_case, text) => {
    expect(parseTimestamp(text)).toBeNull();
  });

  test('whatever Date prints is read back as the same instant', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseTimestamp(date.toISOString())).toEqual(date);
        },
      ),
    );
  });
});
