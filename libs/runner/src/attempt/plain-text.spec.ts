import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { plainText } from './plain-text.js';

describe('plainText', () => {
  test('a text that is fine is left as it is', () => {
    expect(plainText('naïve 👍 text', 100)).toBe('naïve 👍 text');
    expect(plainText('', 10)).toBe('');
  });

  test('what no database takes is replaced', () => {
    expect(plainText('a\0b\ud800c\udc00', 100)).toBe('a\uFFFDb\uFFFDc\uFFFD');
  });

  test('a text that is too long ends in an ellipsis, and never in half a character', () => {
    expect(plainText('abcdef', 4)).toBe('abc…');
    expect(plainText('ab👍👍', 4)).toBe('ab…');
  });

  test('any text becomes one that is well formed, short enough, and stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const plain = plainText(text, max);
        expect(plain.length).toBeLessThanOrEqual(max);
        expect(Buffer.from(plain).toString()).toBe(plain);
        expect(plain).not.toContain('\0');
        expect(plainText(plain, max)).toBe(plain);
      }),
    );
  });
});
