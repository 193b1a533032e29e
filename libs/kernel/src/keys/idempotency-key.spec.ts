import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseIdempotencyKey } from './idempotency-key.js';

function refused(slug: 'idempotency-key-missing' | 'idempotency-key-invalid') {
  return expect.objectContaining({ name: 'Refusal', slug });
}

/** RFC 9651 §4.1.6. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

const printable = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 255 });
const bareCharacter = fc.constantFrom(...'abcxyzABCXYZ0189_.:~+/=-'.split(''));
const bare = fc.string({ unit: bareCharacter, minLength: 1, maxLength: 255 });

describe('an idempotency key', () => {
  it('may be any printable ASCII text when it is quoted, and comes out as it was put in', () => {
    fc.assert(fc.property(printable, (text) => expect(parseIdempotencyKey(quoted(text))).toBe(text)));
  });

  it('is the same key bare and quoted', () => {
    fc.assert(
      fc.property(bare, (text) => {
        expect(parseIdempotencyKey(text)).toBe(text);
        expect(parseIdempotencyKey(quoted(text))).toBe(text);
      }),
    );
  });

  it.each([
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
    'opn_01k0abcdefghjkmnpqrstvwxyz',
    'stripe-node-retry-3f0c1c5e',
    'a',
    'order:17/line=2+x~y.z',
    'x'.repeat(255),
    'dGhpcyBpcyBiYXNlNjQ=',
    ':YWJj:',
  ])('may be bare, as common clients send it: %.40s', (text) => {
    expect(parseIdempotencyKey(text)).toBe(text);
  });

  it.each([
    String.raw`"abc";a`,
    String.raw`"abc";a=1`,
    String.raw`"abc"; a=1; b="x;y\"z"; *c-d.e_f=tok/en;g=?0;h=:aGk=:;i=1.5;j=@-17;k=%"f%c3%bc"`,
    String.raw`"abc" ; a=1`,
    String.raw`"abc";a=1;a=2`,
  ])('has parameters that change nothing: %s', (field) => {
    expect(parseIdempotencyKey(field)).toBe('abc');
  });

  it.each([' abc', 'abc ', '\tabc\t', ' "abc" '])('does not include the white space around the field: %j', (field) => {
    expect(parseIdempotencyKey(field)).toBe('abc');
  });

  it('is taken from a list of exactly one line', () => {
    expect(parseIdempotencyKey(['"abc"'])).toBe('abc');
  });

  it('is compared exactly: case, spaces inside the quotes and signs count', () => {
    const keys = ['abc', 'ABC', '"abc "', '" abc"', '"a bc"', 'abc-', 'abc='].map((field) =>
      parseIdempotencyKey(field),
    );
    expect(new Set(keys).size).toBe(7);
  });

  it('has 255 characters at most, counted without quotes and escapes', () => {
    expect(parseIdempotencyKey(quoted('"'.repeat(255)))).toHaveLength(255);
    for (const field of ['x'.repeat(256), quoted('x'.repeat(256)), 'a'.repeat(100_000), quoted('"'.repeat(256))]) {
      expect(() => parseIdempotencyKey(field)).toThrow(refused('idempotency-key-invalid'));
    }
  });
});

describe('a request without a key', () => {
  it.each([[undefined], [[]]])('is refused as such: %j', (field) => {
    expect(() => parseIdempotencyKey(field)).toThrow(refused('idempotency-key-missing'));
  });
});

describe('a malformed key', () => {
  it.each([
    '',
    ' ',
    '""',
    '"',
    '"abc',
    'abc"',
    '"abc"def',
    '"abc" def',
    '"abc", "def"',
    'abc,def',
    'abc, abc',
    'abc;a=1',
    'abc def',
    "'abc'",
    '“abc”',
    'a"b',
    String.raw`"a\b"`,
    String.raw`"a\"`,
    String.raw`a\"b`,
    '"a\u0000b"',
    'a\u0000b',
    '"a\r\nb"',
    'abc\r\n',
    '\nabc',
    'abc\u00a0',
    '"a\tb"',
    '"a\u007fb"',
    'caf\u00e9',
    '"caf\u00e9"',
    '"cafe\u0301"',
    '"\u{1F600}"',
    '42;',
    '*',
    '%"abc"',
    '("abc")',
    '{abc}',
    'a&b',
    '"abc";',
    '"abc";A=1',
    '"abc";a=',
    '"abc";a="x',
    '"abc";=1',
    '"abc";a=1 2',
    '"abc";a=1.2345',
    '"abc";a=1234567890123456',
    '"abc";a=?2',
    '"abc"=1',
    '"abc",',
  ])('is refused: %j', (field) => {
    expect(() => parseIdempotencyKey(field)).toThrow(refused('idempotency-key-invalid'));
  });

  it.each([[['abc', 'abc']], [['abc', 'def']], [['"a', 'b"']], [['', '']]])(
    'is also one on several lines: %j',
    (lines) => {
      expect(() => parseIdempotencyKey(lines)).toThrow(refused('idempotency-key-invalid'));
    },
  );

  it('is never repeated in the refusal', () => {
    for (const field of ['secret key', '"secret', ['secret', 'secret'], 'secret'.repeat(50)]) {
      expect(() => parseIdempotencyKey(field)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('secret') }),
      );
    }
  });

  it('is refused or read without anything but a refusal, whatever the bytes', () => {
    const latin1 = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)), maxLength: 20 });
    const near = fc.string({ unit: fc.constantFrom('"', '\\', 'a', ';', '=', ' ', ',', '1', '\t') });
    fc.assert(
      fc.property(fc.oneof(latin1, near), (field) => {
        let key: string;
        try {
          key = parseIdempotencyKey(field);
        } catch (error) {
          expect(error).toEqual(refused('idempotency-key-invalid'));
          return;
        }
        expect(key).toMatch(/^[ -~]{1,255}$/);
        expect(parseIdempotencyKey(quoted(key))).toBe(key);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['spaces', `a${' '.repeat(100_000)}b`],
    ['escapes', `"${String.raw`\"`.repeat(50_000)}`],
    ['parameters', `"a"${';a'.repeat(50_000)};`],
    ['semicolons', `"a"${' ;'.repeat(50_000)}`],
    ['digits', `"a";b=${'1'.repeat(100_000)}`],
  ])('is refused in time that grows with its length only: %s', (_, field) => {
    const start = performance.now();
    expect(() => parseIdempotencyKey(field)).toThrow(refused('idempotency-key-invalid'));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
