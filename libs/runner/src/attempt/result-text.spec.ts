import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '@holdfast/kernel';
import { outcomeOfReturned } from './result-text.js';

const circular: Record<string, unknown> = {};
circular['self'] = circular;
let deep: unknown = 1;
for (let level = 0; level < 1_000_000; level += 1) deep = [deep];

describe('what a handler returns', () => {
  test('nothing is a result without a body, and null is one with', () => {
    expect(outcomeOfReturned(undefined)).toEqual({ kind: 'returned', result: null });
    expect(outcomeOfReturned(null)).toEqual({ kind: 'returned', result: 'null' });
  });

  test('is kept as JSON prints it', () => {
    const value = { at: new Date(0), skipped: undefined, list: [1, undefined], toJSON: undefined };
    const result = '{"at":"1970-01-01T00:00:00.000Z","list":[1,null]}';
    expect(outcomeOfReturned(value)).toEqual({ kind: 'returned', result });
  });

  test.each<[string, unknown, string]>([
    ['a function', () => 1, 'a function is not JSON'],
    ['a symbol', Symbol('s'), 'a symbol is not JSON'],
    ['a bigint', { total: 7n }, 'it contains a BigInt'],
    ['a circle', circular, 'it contains itself'],
    ['endless nesting', deep, 'it is nested too deeply or too large to print'],
    [
      'a value whose toJSON throws a secret',
      {
        toJSON() {
          throw new Error('secret');
        },
      },
      'printing it throws',
    ],
  ])('%s fails for good and says why', (_, value, why) => {
    expect(outcomeOfReturned(value)).toEqual({
      kind: 'failed-for-good',
      error: {
        code: 'result_invalid',
        message: `The result cannot be stored: ${why}.`,
        retryable: false,
        effect: 'unknown',
      },
    });
  });

  test('is kept up to the limit in bytes and fails for good above it', () => {
    const fits = 'é'.repeat((LIMITS.resultBytes - 2) / 2);
    expect(outcomeOfReturned(fits)).toMatchObject({ kind: 'returned' });
    expect(outcomeOfReturned(`${fits}x`)).toMatchObject({
      kind: 'failed-for-good',
      error: { code: 'result_too_large', retryable: false, effect: 'unknown' },
    });
  });
});
