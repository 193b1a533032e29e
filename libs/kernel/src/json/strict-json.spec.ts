import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readStrictJson } from './strict-json.js';

const LIMITS = { maxDepth: 128 };

function read(text: string) {
  return readStrictJson(Buffer.from(text), LIMITS);
}

function bodyInvalid(message: string | RegExp = /./) {
  return expect.objectContaining({ slug: 'body-invalid', message: expect.stringMatching(message) });
}

/** What `JSON.parse` makes of a text; undefined when it rejects it. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const jsonText = fc.json({ stringUnit: 'binary' });

describe('a body that is JSON', () => {
  it('is read exactly as JSON.parse reads it', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        fc.pre(!/\d{16}|\d[eE]/.test(text));
        expect(read(text).value).toStrictEqual(JSON.parse(text));
      }),
    );
  });

  it.each([' \t\r\n{ "a" :\n[ 1 , -0 , 2.5e-3 , true , false , null ] , "" : "" } ', '0', '"x"', '[[],{}]', '1E2'])(
    'may be any value with white space around its parts: %j',
    (text) => {
      expect(read(text).value).toStrictEqual(JSON.parse(text));
    },
  );

  it('keeps members with the names of object internals as plain members and touches no prototype', () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":1,"toString":2}').value as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  it('may contain the replacement character when the sender wrote it', () => {
    expect(read('["\uFFFD","é\uFFFD😀\uFFFD"]').value).toEqual(['\uFFFD', 'é\uFFFD😀\uFFFD']);
  });
});

describe('a body that is not JSON', () => {
  it.each([
    '',
    ' ',
    '{',
    '}',
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '[1 2]',
    '[1}',
    '{"a":1]',
    '1 2',
    'nul',
    'nulll',
    'True',
    'undefined',
    'NaN',
    'Infinity',
    '-',
    '+1',
    '01',
    '-01',
    '1.',
    '.5',
    '1e',
    '1e+',
    '0x10',
    '"',
    '"a',
    '"\\"',
    '"\\x41"',
    '"\\u12"',
    '"\\u12g4"',
    '"\\U0041"',
    '"a\nb"',
    '"a\tb"',
    '"\u0000"',
    '// note\n1',
    '{"a":1} //',
    '\u00a0 1',
    '1\u2028',
  ])('is refused: %j', (text) => {
    expect(parsed(text)).toBeUndefined();
    expect(() => read(text)).toThrow(bodyInvalid(/not JSON/));
  });

  it('is also one with any control character inside a string', () => {
    for (let code = 0; code < 0x20; code += 1) {
      expect(() => read(`"a${String.fromCharCode(code)}"`)).toThrow(bodyInvalid(/at byte 2/));
    }
    expect(read('" \u007f"').value).toBe(' \u007f');
  });

  it('is refused whenever JSON.parse refuses it, and accepted only if JSON.parse accepts it', () => {
    let accepted = 0;
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"a":',
      '\\',
      '\\u00',
      '1',
      '0',
      '.',
      '-',
      'e',
      'null',
      ' ',
    ];
    const texts = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join('')),
      // A valid text with one character left out or doubled is where a lenient reader would slip.
      fc.tuple(jsonText, fc.nat(), fc.nat(2)).map(([text, at, times]) => {
        const index = at % text.length;
        return text.slice(0, index) + text.charAt(index).repeat(times) + text.slice(index + 1);
      }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        // Halves of a pair do not survive the way through bytes, so compare with what arrived.
        const arrived = Buffer.from(text).toString();
        try {
          const { value } = read(text);
          accepted += 1;
          expect(value).toStrictEqual(parsed(arrived));
        } catch (error) {
          expect(error).toEqual(bodyInvalid());
          if (/not JSON/.test((error as Error).message)) expect(parsed(arrived)).toBeUndefined();
        }
      }),
      { numRuns: 5_000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it.each([
    ['{"ä":"😀",}', 'at byte 13'],
    ['["ä", tru]', 'at byte 10'],
    ['{"a":"\\q"}', 'at byte 6'],
    ['{"a":1', 'ends at byte 6'],
  ])('is refused with the byte at which it goes wrong: %j', (text, position) => {
    expect(() => read(text)).toThrow(bodyInvalid(position));
  });

  it('is refused without a word of what it says', () => {
    for (const text of ['{"secret":hunter2}', '{"secret":1,"secret":2}', '{"secret":12345678901234567890}']) {
      expect(() => read(text)).toThrow(bodyInvalid(/^(?!.*(secret|hunter2|1234567890)).*$/));
    }
  });
});

describe('a body that is not UTF-8', () => {
  it.each([
    ['a byte order mark', Buffer.from('\uFEFF{}')],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['UTF-16 with its mark', Buffer.from('\uFEFF{"a":1}', 'utf16le')],
    ['UTF-32', Buffer.from([0x7b, 0, 0, 0, 0x7d, 0, 0, 0])],
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1')],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['a code point beyond U+10FFFF', Buffer.from([0x22, 0xf4, 0x90, 0x80, 0x80, 0x22])],
    ['a truncated sequence', Buffer.from([0x22, 0xe2, 0x82, 0x22])],
  ])('is refused: %s', (_, body) => {
    expect(() => readStrictJson(body, LIMITS)).toThrow(bodyInvalid());
  });

  it('is told apart when only its mark is wrong', () => {
    expect(() => readStrictJson(Buffer.from('\uFEFF{}'), LIMITS)).toThrow(bodyInvalid(/byte order mark/));
  });

  it('is refused with the byte at which it goes wrong, whatever legal replacement characters come before', () => {
    const body = Buffer.concat([Buffer.from('["é\uFFFD😀'), Buffer.from([0xff]), Buffer.from('\uFFFD"]')]);
    expect(() => readStrictJson(body, LIMITS)).toThrow(bodyInvalid(/UTF-8 at byte 11/));
  });
});
