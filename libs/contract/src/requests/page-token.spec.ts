import { describe, expect, test } from '@jest/globals';
import { isRefusal, newUuid } from '@holdfast/kernel';
import * as fc from 'fast-check';
import { decodePageToken, encodePageToken } from './page-token.js';

const uuid = newUuid(1_700_000_000_000, 7);

function slugOf(token: string, binding: string): string | null {
  try {
    decodePageToken(token, binding);
  } catch (error) {
    return isRefusal(error) ? error.slug : 'not a refusal';
  }
  return null;
}

describe('a page token', () => {
  test('leads back to the operation it was made of', () => {
    expect(decodePageToken(encodePageToken(uuid, 'filters'), 'filters')).toBe(uuid);
  });

  test('is refused with other filters', () => {
    expect(slugOf(encodePageToken(uuid, 'filters'), 'other')).toBe('page-token-invalid');
  });

  test('is refused when any character of it was changed', () => {
    const token = encodePageToken(uuid, 'filters');
    for (let at = 0; at < token.length; at += 1) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(slugOf(changed, 'filters')).toBe('page-token-invalid');
    }
  });

  test('of any other text is refused and never crashes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) => {
        expect(slugOf(text, 'filters')).toBe('page-token-invalid');
      }),
    );
  });
});
