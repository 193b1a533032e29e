import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { childPointer, POINTER_LENGTH_MAX, shortenPointer } from './json-pointer.js';

/** RFC 6901 §4: evaluates a pointer into its names. */
function namesOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

describe('a JSON pointer', () => {
  it('leads back to the names it was made of', () => {
    const name = fc.string({ unit: fc.constantFrom('/', '~', '0', '1', 'a', '"', ' ') });
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(namesOf(names.reduce<string>(childPointer, ''))).toEqual(names);
      }),
    );
  });

  it('counts array elements from 0', () => {
    expect(childPointer('/items', 0)).toBe('/items/0');
  });

  it('that is too long becomes that of its nearest ancestor which fits', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('/', '~', 'ab'), maxLength: 300 })), (names) => {
        const pointer = names.reduce<string>(childPointer, '');
        const short = namesOf(shortenPointer(pointer));
        expect(shortenPointer(pointer).length).toBeLessThanOrEqual(POINTER_LENGTH_MAX);
        expect(names.slice(0, short.length)).toEqual(short);
        const next = names.slice(0, short.length + 1).reduce<string>(childPointer, '');
        if (short.length < names.length) expect(next.length).toBeGreaterThan(POINTER_LENGTH_MAX);
      }),
    );
  });
});
