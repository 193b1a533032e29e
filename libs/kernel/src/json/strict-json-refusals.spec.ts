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
