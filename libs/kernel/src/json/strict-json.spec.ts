import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readStrictJson } from './strict-json.js';

const LIMITS = { maxDepth: 128 };
const MIB = 1_048_576;

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

describe('a repeated member name', () => {
  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"\\u0061":1,"a":2}',
    '{"/":1,"\\/":2}',
    '{"é":1,"\\u00e9":2}',
    '{"😀":1,"\\ud83d\\ude00":2}',
    '{"\\ud800":1,"\\uD800":2}',
    '{"":1,"":1}',
    '{"__proto__":1,"__proto__":1}',
    '{"x":[{"y":{"a":1,"b":2,"a":1}}]}',
    `{${Array.from({ length: 50 }, (_, index) => `"m${index}":0`).join(',')},"m7":0}`,
  ])('is refused, however it is spelled and wherever it stands: %.60s', (text) => {
    expect(() => read(text)).toThrow(bodyInvalid(/occurs twice/));
  });

  it.each([
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":1,"A":2}',
    '{"é":1,"e\u0301":2}',
    '{"\\ud800":1,"\uFFFD":2}',
  ])('is only one that is equal, in the same object: %s', (text) => {
    expect(read(text).value).toEqual(JSON.parse(text));
  });

  it('is found exactly when two names of an object are equal, in objects of every size and in every spelling', () => {
    let duplicates = 0;
    const spelled = fc.tuple(fc.string({ unit: 'binary', maxLength: 2 }), fc.boolean()).map(([name, escape]) => ({
      name: Buffer.from(name).toString(),
      escape,
    }));
    fc.assert(
      fc.property(fc.array(spelled, { maxLength: 30 }), (members) => {
        const text = `{${members.map(({ name, escape }) => `${spell(name, escape)}:[]`).join(',')}}`;
        const distinct = new Set(members.map(({ name }) => name)).size === members.length;
        if (distinct) expect(Object.keys(read(text).value as object)).toHaveLength(members.length);
        else expect(() => read(text)).toThrow(bodyInvalid(/occurs twice/));
        if (!distinct) duplicates += 1;
      }),
      { numRuns: 500 },
    );
    expect(duplicates).toBeGreaterThan(20);
  });

  function spell(name: string, escape: boolean): string {
    if (!escape) return JSON.stringify(name);
    const units = Array.from({ length: name.length }, (_, index) => name.charCodeAt(index));
    return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
  }
});

describe('a number', () => {
  it.each([
    '9007199254740992',
    '-9007199254740992',
    '9007199254740993',
    '9007199254740993.0',
    '12345678901234567890',
    '12345678901234567.5',
    '1e400',
    '-1e400',
    '1e308',
    '1e16',
    '9007199254740.993e3',
    `1${'0'.repeat(400)}`,
  ])('that a double cannot hold or does not tell from its neighbor is refused: %.40s', (number) => {
    for (const text of [number, `[${number}]`, `{"é":${number}}`]) {
      expect(() => read(text)).toThrow(bodyInvalid(/^The number at byte \d+ is beyond/));
    }
  });

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '9007199254740991.0',
    '9007199254740.991e3',
    '1.0',
    '1e0',
    '1e15',
    '-0',
    '-0.0',
    '0.1',
    '0.30000000000000004',
    '1234567890.1234567',
    '5e-324',
    '1e-400',
    `0.${'1'.repeat(400)}`,
    `1${'0'.repeat(20)}e-10`,
  ])('of any other spelling is accepted by its value: %.40s', (number) => {
    expect(read(`{"é":${number}}`).value).toStrictEqual({ é: Number(number) });
  });
});

describe('nesting', () => {
  it.each(['[]', '{"a":}'])('is allowed to the limit and refused beyond it: %s', (pattern) => {
    const nest = (levels: number) =>
      pattern.slice(0, -1).repeat(levels - 1) + (pattern === '[]' ? '[]' : '{}') + pattern.slice(-1).repeat(levels - 1);
    expect(read(nest(128)).unstorable).toBeNull();
    expect(() => read(nest(129))).toThrow(bodyInvalid(/deeper than 128 levels/));
  });

  it('of containers side by side does not add up', () => {
    expect(read(`[${'[],{},'.repeat(1_000)}[]]`).value).toHaveLength(2_001);
  });

  it.each([5_000, 100_000, MIB])('of %d levels is refused before anything follows it down', (levels) => {
    expect(() => read('['.repeat(levels))).toThrow(bodyInvalid(/deeper/));
    expect(() => read('{"a":'.repeat(levels / 5))).toThrow(bodyInvalid(/deeper/));
  });
});

describe('text that PostgreSQL cannot store', () => {
  it.each([
    ['{"input":{"a":["x","\\u0000"]}}', '/input/a/1'],
    ['{"input":{"a\\u0000":1}}', '/input/a\0'],
    ['{"a":1,"b":"\\ud800"}', '/b'],
    ['"\\udc00"', ''],
    ['{"a/b":{"c~d":"\\ude00\\ud83d"}}', '/a~1b/c~0d'],
    ['{"ok":"\\ud83d\\ude00","bad":"\\ud83dx"}', '/bad'],
  ])('is accepted and pointed at: %s', (text, pointer) => {
    expect(read(text)).toEqual({ value: JSON.parse(text), unstorable: pointer });
  });

  it.each(['{"a":"\\ud83d\\ude00"}', '{"a":"😀"}', '{"a":"\\\\u0000"}', '{"a":"\\u0001"}'])(
    'is not found where there is none: %s',
    (text) => {
      expect(read(text).unstorable).toBeNull();
    },
  );

  it('is pointed at by an ancestor when the pointer would be as long as the body', () => {
    const text = JSON.stringify({ input: { ['x'.repeat(100_000)]: { y: '\0' } } });
    expect(read(text).unstorable).toBe('/input');
  });
});

describe('a hostile body of a megabyte', () => {
  it.each([
    ['member names', `{${Array.from({ length: 70_000 }, (_, index) => `"m${index}":1`).join(',')}}`],
    [
      'names that all differ only at the end',
      `{${Array.from({ length: 9_000 }, (_, i) => `"${'a'.repeat(100)}${i}":1`).join(',')}}`,
    ],
    ['escaped names', `{${Array.from({ length: 40_000 }, (_, index) => `"\\ud83d\\ude00${index}":1`).join(',')}}`],
    ['one name', `{"${'a'.repeat(MIB)}":1}`],
    ['escapes', `"${'\\u00e9'.repeat(170_000)}"`],
    ['exponents', `[${'1e3,'.repeat(260_000)}1]`],
    ['one number', `0.${'1'.repeat(MIB)}`],
    ['replacement characters', `"${'\uFFFD'.repeat(340_000)}"`],
    ['white space', `${' '.repeat(MIB)}1`],
  ])('is read in time that grows with its length only: %s', (_, text) => {
    const body = Buffer.from(text);
    const start = performance.now();
    readStrictJson(body, LIMITS);
    // Linear reading takes some 10 ms; quadratic reading would take minutes.
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
