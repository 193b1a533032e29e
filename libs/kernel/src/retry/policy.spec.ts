import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { backoffMs, DEFAULT_RETRY_POLICY, type RetryPolicy } from './policy.js';

const largest = () => 1 - Number.EPSILON / 2;

const policies = fc.record<RetryPolicy>({
  maxAttempts: fc.integer({ min: 1, max: 100 }),
  initialDelayMs: fc.nat(100_000),
  factor: fc.integer({ min: 1, max: 10 }),
  maxDelayMs: fc.nat(86_400_000),
  maxLost: fc.nat(10),
});
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the delay before the next attempt', () => {
  it('is a whole number between nothing and the capped exponential', () => {
    fc.assert(
      fc.property(policies, fc.integer({ min: 1, max: 1_000 }), randoms, (policy, attempt, random) => {
        const delay = backoffMs(policy, attempt, () => random);
        expect(Number.isSafeInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(policy.maxDelayMs);
        const exponential = policy.initialDelayMs === 0 ? 0 : policy.initialDelayMs * policy.factor ** (attempt - 1);
        expect(delay).toBeLessThanOrEqual(exponential);
      }),
    );
  });

  it('reaches both ends of its range', () => {
    expect([1, 2, 3, 4].map((attempt) => backoffMs(DEFAULT_RETRY_POLICY, attempt, largest))).toEqual([
      200, 400, 800, 1_600,
    ]);
    expect(backoffMs(DEFAULT_RETRY_POLICY, 1_000_000, largest)).toBe(60_000);
    expect(backoffMs(DEFAULT_RETRY_POLICY, 3, () => 0)).toBe(0);
  });

  it('is spread evenly, so that operations that failed together do not come back together', () => {
    const delays = Array.from({ length: 1_000 }, (_, index) => backoffMs(DEFAULT_RETRY_POLICY, 1, () => index / 1_000));
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(mean).toBeCloseTo(100, 0);
    expect(new Set(delays).size).toBe(201);
  });
});
