import { describe, expect, it } from '@jest/globals';
import { SHARD_COUNT, shardOf } from './shard.js';

describe('the shard of a key', () => {
  it.each([
    ['default', 'order-1', 160],
    ['default', 'order-2', 126],
    ['acme', 'order-1', 124],
  ])('is what rows are stored under and never changes: %s, %s', (tenant, key, shard) => {
    expect(shardOf(tenant, key)).toBe(shard);
  });

  it('depends on where the tenant ends and the key begins', () => {
    const shards = Array.from({ length: 20 }, (_, index) => `abcdefghijklmnopqrstuvwxyz`.slice(0, index + 2)).map(
      (text) => [shardOf(text.slice(0, 1), text.slice(1)), shardOf(text, '')],
    );
    expect(shards.some(([one, other]) => one !== other)).toBe(true);
  });

  it('is one of 256 that are used about equally', () => {
    const counts = Array.from({ length: SHARD_COUNT }, () => 0);
    for (let index = 0; index < 256_000; index += 1) {
      const shard = shardOf('default', `order-${index}`);
      counts[shard] = (counts[shard] ?? Number.NaN) + 1;
    }
    expect(counts).toHaveLength(SHARD_COUNT);
    // A thousand on average; six standard deviations are 190.
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1_200);
  });
});
