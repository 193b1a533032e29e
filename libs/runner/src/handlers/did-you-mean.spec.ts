import { describe, expect, test } from '@jest/globals';
import { didYouMean } from './did-you-mean.js';

const MEMBERS = ['idPrefix', 'retry', 'attemptTimeoutMs', 'inputSchema', 'run', 'retry.maxAttempts'];

describe('didYouMean', () => {
  test.each([
    ['rtry', 'retry'],
    ['idprefix', 'idPrefix'],
    ['attemptTimeout', 'attemptTimeoutMs'],
    ['timeoutMs', 'attemptTimeoutMs'],
    ['schema', 'inputSchema'],
    ['maxAttempts', 'retry.maxAttempts'],
    ['ruN', 'run'],
  ])('%s finds %s', (word, meant) => {
    expect(didYouMean(word, MEMBERS)).toBe(` (did you mean «${meant}»?)`);
  });

  test('a word that is like none of them gets no suggestion', () => {
    expect(didYouMean('banana', MEMBERS)).toBe('');
    expect(didYouMean('', MEMBERS)).toBe('');
  });
});
