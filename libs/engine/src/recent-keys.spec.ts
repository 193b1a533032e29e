import { describe, expect, test } from '@jest/globals';
import { RecentKeys } from './recent-keys.js';

describe('recent keys', () => {
  test('know the last five thousand that came by, and forget in the end', () => {
    const recent = new RecentKeys();
    for (let index = 0; index < 12_000; index += 1) recent.add('ann', `order-${index}`);
    for (let index = 7_000; index < 12_000; index += 1) expect(recent.has('ann', `order-${index}`)).toBe(true);
    expect(recent.has('ann', 'order-0')).toBe(false);
  });

  test('are apart for each tenant', () => {
    const recent = new RecentKeys();
    recent.add('ann', 'x');
    expect(recent.has('bob', 'x')).toBe(false);
    expect(recent.has('annx', '')).toBe(false);
  });
});
