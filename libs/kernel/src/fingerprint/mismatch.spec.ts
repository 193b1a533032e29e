import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonicalJson } from '../json/canonical-json.js';
import type { JsonValue } from '../json/json-value.js';
import { mismatchPointers } from './mismatch.js';

const jsonValue = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

describe('the pointers of a mismatch', () => {
  it.each<[string, JsonValue, JsonValue, string[]]>([
    ['a changed member', { input: { amount: 1 } }, { input: { amount: 2 } }, ['/input/amount']],
    ['a changed type', { type: 'a', input: 1 }, { type: 'b', input: 1 }, ['/type']],
    ['a member that only the first had', { input: { a: 1, b: { c: 1 } } }, { input: { a: 1 } }, ['/input/b']],
    ['a member that only the second has', { type: 'a' }, { type: 'a', runAt: 'x' }, ['/runAt']],
    ['a changed element', { input: [1, 2, 3] }, { input: [1, 9, 3] }, ['/input/1']],
    ['an element too many', { input: [1] }, { input: [1, { a: 2 }] }, ['/input/1']],
    ['another kind of value', { input: [1] }, { input: { 0: 1 } }, ['/input']],
    ['null instead of nothing', { input: { a: null } }, { input: {} }, ['/input/a']],
    ['a number as text', { input: 1 }, { input: '1' }, ['/input']],
    ['an awkward name', { input: { 'a/b~c': 1 } }, { input: { 'a/b~c': 2 } }, ['/input/a~1b~0c']],
    [
      'several, by name',
      { type: 'a', input: 1, deadline: 'x' },
      { type: 'b', input: 2 },
      ['/deadline', '/input', '/type'],
    ],
    ['everything', 1, 2, ['']],
    ['nothing', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['nothing but the sign of zero', [0], [-0], []],
  ])('name %s', (_, stored, incoming, pointers) => {
    expect(mismatchPointers(stored, incoming)).toEqual(pointers);
  });

  it('are there exactly when the canonical texts differ', () => {
    fc.assert(
      fc.property(jsonValue, jsonValue, (stored, incoming) => {
        const differ = canonicalJson(stored) !== canonicalJson(incoming);
        expect(mismatchPointers(stored, incoming).length > 0).toBe(differ);
        expect(mismatchPointers(stored, structuredClone(stored))).toEqual([]);
      }),
    );
  });

  it('are the same in the same order whichever way the members came and whichever side is asked first', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), jsonValue), fc.dictionary(fc.string(), jsonValue), (stored, incoming) => {
        const reversed = Object.fromEntries(Object.entries(incoming).toReversed());
        const pointers = mismatchPointers(stored, incoming);
        expect(mismatchPointers(stored, reversed)).toEqual(pointers);
        expect(mismatchPointers(incoming, stored)).toEqual(pointers);
      }),
    );
  });

  it('are at most the limit', () => {
    const one = Array.from({ length: 100 }, (_, index) => index);
    const other = one.map((number) => -1 - number);
    expect(mismatchPointers({ input: one }, { input: other })).toHaveLength(20);
    expect(mismatchPointers({ input: one }, { input: other }, 3)).toEqual(['/input/0', '/input/1', '/input/2']);
  });

  it('never repeat a value', () => {
    const pointers = mismatchPointers({ input: { card: '4111111111111111' } }, { input: { card: '5500000000000004' } });
    expect(pointers.join()).not.toMatch(/4111|5500/);
  });

  it('are not multiplied by a long name: the ancestor is named, once', () => {
    const members = (value: number) => Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`m${i}`, value]));
    const name = 'n'.repeat(100_000);
    expect(mismatchPointers({ input: { [name]: members(1) } }, { input: { [name]: members(2) } })).toEqual(['/input']);
  });

  it('see members called like the internals of objects, and nothing that is only inherited', () => {
    const stored = JSON.parse('{"__proto__":1,"constructor":1}') as JsonValue;
    expect(mismatchPointers(stored, {})).toEqual(['/__proto__', '/constructor']);
    expect(mismatchPointers(JSON.parse('{"__proto__":{}}') as JsonValue, {})).toEqual(['/__proto__']);
    expect(mismatchPointers({}, {})).toEqual([]);
  });
});
