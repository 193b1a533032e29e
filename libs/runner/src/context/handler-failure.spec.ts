import { describe, expect, test } from '@jest/globals';
import { DAY_MS, LIMITS } from '@holdfast/kernel';
import { delayedFailure, outcomeOfThrown, permanentFailure } from './handler-failure.js';

describe('op.fail', () => {
  test('is a failure for good, in the handler’s own words', () => {
    const failure = permanentFailure('card_declined', 'No funds.', { effect: 'none', details: { left: 3 } });
    expect(failure).toBeInstanceOf(Error);
    expect(failure.message).toBe('No funds.');
    expect(outcomeOfThrown(failure)).toEqual({
      kind: 'failed-for-good',
      error: { code: 'card_declined', message: 'No funds.', retryable: false, effect: 'none', details: { left: 3 } },
    });
  });

  test('claims nothing about effects by itself', () => {
    expect(outcomeOfThrown(permanentFailure('a', 'b'))).toMatchObject({ error: { effect: 'unknown' } });
    const odd = permanentFailure('a', 'b', { effect: 'maybe' as never });
    expect(outcomeOfThrown(odd)).toMatchObject({ error: { effect: 'unknown' } });
  });

  test.each([
    [undefined, undefined],
    [null, ''],
    ['', ' '],
  ])('without words (%p, %p) is still permanent, with code and message', (code, message) => {
    expect(outcomeOfThrown(permanentFailure(code, message))).toEqual({
      kind: 'failed-for-good',
      error: {
        code: 'handler_error',
        message: 'The handler failed the operation.',
        retryable: false,
        effect: 'unknown',
      },
    });
  });

  test('with an error instead of a message takes the message of the error', () => {
    expect(permanentFailure('a', new Error('inner')).message).toBe('inner');
    expect(permanentFailure('x'.repeat(1_000), 'y'.repeat(9_000)).message).toHaveLength(LIMITS.errorMessageLength);
  });

  test('with details that cannot be stored says so in their place', () => {
    const large = outcomeOfThrown(permanentFailure('a', 'b', { details: 'x'.repeat(LIMITS.errorDetailsBytes) }));
    expect(large).toMatchObject({ error: { details: { omitted: expect.stringContaining('at most 16384') } } });
    expect(outcomeOfThrown(permanentFailure('a', 'b', { details: 1n }))).toMatchObject({
      kind: 'failed-for-good',
      error: { details: { omitted: 'it contains a BigInt' } },
    });
  });
});

describe('op.retryAfter', () => {
  test('is a failure that names its delay and keeps the words of its cause', () => {
    expect(outcomeOfThrown(delayedFailure(1_500, new Error('throttled')))).toEqual({
      kind: 'failed',
      error: { code: 'handler_error', message: 'throttled', retryable: true, effect: 'unknown' },
      retryAfterMs: 1_500,
    });
    expect(delayedFailure(1).message).toBe('The handler asked to be run again later.');
  });

  test('may be caused by a failure with a code', () => {
    expect(outcomeOfThrown(delayedFailure(5, permanentFailure('rate_limited', 'slow down')))).toMatchObject({
      kind: 'failed',
      error: { code: 'rate_limited', message: 'slow down', retryable: true },
    });
  });

  test.each<[unknown, number | null]>([
    [0, 0],
    [Number.POSITIVE_INFINITY, 365 * DAY_MS],
    [-1, null],
    [Number.NaN, null],
    ['5', null],
    [undefined, null],
  ])('a delay of %p becomes %p', (given, delay) => {
    expect(outcomeOfThrown(delayedFailure(given))).toMatchObject({ kind: 'failed', retryAfterMs: delay });
  });
});

test('failures are recognized by their brand, across copies of the package', () => {
  const outcome = {
    kind: 'failed',
    error: { code: 'c', message: 'm', retryable: true, effect: 'none' },
    retryAfterMs: 1,
  };
  expect(outcomeOfThrown({ [Symbol.for('holdfast.handler-failure')]: outcome })).toBe(outcome);
});

test('a proxy that throws at every question is an ordinary failure', () => {
  const refuse = () => {
    throw new Error('no');
  };
  const hostile = new Proxy({}, { get: refuse, has: refuse });
  expect(outcomeOfThrown(hostile)).toMatchObject({ kind: 'failed', error: { code: 'handler_error' } });
  expect(outcomeOfThrown(delayedFailure(1, hostile))).toMatchObject({ kind: 'failed', retryAfterMs: 1 });
});
