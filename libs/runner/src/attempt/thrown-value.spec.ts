import { describe, expect, test } from '@jest/globals';
import { LIMITS } from '@holdfast/kernel';
import { describeThrown, errorFromThrown, stackOf } from './thrown-value.js';

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('get');
    },
    has() {
      throw new Error('has');
    },
    getPrototypeOf() {
      throw new Error('getPrototypeOf');
    },
    ownKeys() {
      throw new Error('ownKeys');
    },
  },
);
const circular: Record<string, unknown> = {};
circular['cause'] = circular;

describe('describeThrown', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('no luck'), 'no luck'],
    ['an error with a name', new RangeError('too far'), 'RangeError: too far'],
    ['an error without a message', new Error(), 'The handler threw something without a message.'],
    ['an error that only has a cause', new Error('', { cause: new Error('inner') }), 'inner'],
    ['an aggregate without a message', new AggregateError([new Error('first'), new Error('second')]), 'first'],
    ['a text', 'plain', 'plain'],
    ['an empty text', '', 'The handler threw an empty text.'],
    ['undefined', undefined, 'The handler threw undefined.'],
    ['null', null, 'The handler threw null.'],
    ['a number', 7, 'The handler threw 7.'],
    ['a bigint', 7n, 'The handler threw 7.'],
    ['a symbol', Symbol('s'), 'The handler threw a symbol.'],
    ['a function', () => 1, 'The handler threw a function.'],
    ['an object with a message', { message: 'like an error' }, 'like an error'],
    ['an object whose message is none', { message: { text: 1 } }, 'The handler threw something without a message.'],
    ['an object that contains itself', circular, 'The handler threw something without a message.'],
    ['a proxy that throws at everything', hostile, 'The handler threw something without a message.'],
    ['an object without a prototype', Object.create(null), 'The handler threw something without a message.'],
    [
      'an error whose getters throw',
      Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw hostile;
        },
      }),
      'The handler threw something without a message.',
    ],
    ['a message with what no database takes', new Error('a\0b\ud800'), 'a\uFFFDb\uFFFD'],
  ])('%s is put into a sentence', (_, thrown, sentence) => {
    expect(describeThrown(thrown)).toBe(sentence);
  });

  test('a huge message is cut to its limit', () => {
    expect(describeThrown(new Error('x'.repeat(10_000_000)))).toHaveLength(LIMITS.errorMessageLength);
  });
});

test('a thrown value may be tried again, and nothing is claimed of its effect', () => {
  expect(errorFromThrown(new Error('no luck'))).toEqual({
    code: 'handler_error',
    message: 'no luck',
    retryable: true,
    effect: 'unknown',
  });
});

test('a stack is for the log, and only errors have one', () => {
  expect(stackOf(new Error('no luck'))).toContain('thrown-value.spec');
  for (const thrown of [undefined, 'text', hostile, { stack: 1 }]) expect(stackOf(thrown)).toBeNull();
});
