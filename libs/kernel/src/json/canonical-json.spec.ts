import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import type { JsonValue } from './json-value.js';

const jsonValue = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;

/** The same value with the members of every object in another order. */
function shuffled(value: JsonValue, swap: () => boolean): JsonValue {
  if (Array.isArray(value)) return value.map((element) => shuffled(element, swap));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, shuffled(member, swap)] as const);
  const reordered: (readonly [string, JsonValue])[] = [];
  for (const member of members) {
    if (swap()) reordered.unshift(member);
    else reordered.push(member);
  }
  return Object.fromEntries(reordered);
}

describe('the canonical text', () => {
  it('is that of the example in RFC 8785 §3.2.2', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as JsonValue;
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('orders members as the example in RFC 8785 §3.2.3 does, by UTF-16 code units', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(
      Object.values(
        JSON.parse(
          `[${canonicalJson(value)
            .replaceAll(/"[^"]*":/g, '')
            .slice(1, -1)}]`,
        ) as [],
      ),
    ).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('orders names that look like array indexes as text too, unlike JavaScript', () => {
    expect(canonicalJson({ 9: 'a', 10: 'b', a: 'c' })).toBe('{"10":"b","9":"a","a":"c"}');
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('prints the number %s of RFC 8785 appendix B as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('is valid JSON for the same value', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        // JSON has one zero, so compare what a reader of either text gets.
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of members or on how the text was spelled', () => {
    fc.assert(
      fc.property(jsonValue, fc.infiniteStream(fc.boolean()), (value, swaps) => {
        const other = shuffled(value, () => swaps.next().value as boolean);
        expect(canonicalJson(JSON.parse(JSON.stringify(other, null, 2)) as JsonValue)).toBe(canonicalJson(value));
      }),
    );
  });

  it('differs between values that are only alike', () => {
    expect(canonicalJson('1')).not.toBe(canonicalJson(1));
    expect(canonicalJson([])).not.toBe(canonicalJson({}));
    expect(canonicalJson({ a: null })).not.toBe(canonicalJson({}));
    expect(canonicalJson('\ud800')).not.toBe(canonicalJson('\uFFFD'));
  });

  it('escapes what JSON must escape in every string and name, whatever its length', () => {
    for (const padding of ['', 'x'.repeat(100)]) {
      for (let code = 0; code < 0x80; code += 1) {
        const text = `${padding}${String.fromCharCode(code)}`;
        expect(canonicalJson({ [text]: text })).toBe(`{${JSON.stringify(text)}:${JSON.stringify(text)}}`);
      }
    }
  });

  it('keeps lone surrogates escaped and whole pairs as they are', () => {
    expect(canonicalJson(['\ud800', '\udc00x', '😀'])).toBe(String.raw`["\ud800","\udc00x","😀"]`);
  });

  it('prints a member called __proto__ or toJSON like any other', () => {
    const value = JSON.parse('{"toJSON":1,"__proto__":{"b":2,"a":1}}') as JsonValue;
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1,"b":2},"toJSON":1}');
  });

  it('is made of every depth that a body may have, and more', () => {
    const text = `${'[{"a":'.repeat(500)}0${'}]'.repeat(500)}`;
    expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('does not exist for %d', (number) => {
    expect(() => canonicalJson([number])).toThrow(TypeError);
  });
});
