import { describe, expect, test } from '@jest/globals';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 1);
const told = (value: string) => retryAfterMs(new Headers({ 'retry-after': value }), NOW);

describe('Retry-After', () => {
  test('is read in seconds, or as a date', () => {
    expect(told('3')).toBe(3_000);
    expect(told('Thu, 01 Jan 2026 00:00:05 GMT')).toBe(5_000);
    expect(told('Thu, 01 Jan 2025 00:00:05 GMT')).toBe(0);
  });

  test.each(['1.5', '-5', '', 'soon', '2026'.repeat(4)])('that is neither, such as «%s», is none', (value) => {
    expect(told(value)).toBeNull();
  });
});
