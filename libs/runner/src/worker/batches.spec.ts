import { describe, expect, test } from '@jest/globals';
import { Batches } from './batches.js';

describe('batches', () => {
  test('are finished when their last operation is released, and named until that is heard', () => {
    const batches = new Batches();
    const [one, two] = [batches.next(), batches.next()];
    batches.claimed(one, 2);
    batches.claimed(two, 1);
    batches.release(one);
    batches.release(two);
    expect(batches.finished()).toEqual([two]);
    batches.release(one);
    expect(batches.finished()).toEqual([two, one]);
    batches.forget([two]);
    expect(batches.finished()).toEqual([one]);
  });

  test('that gave nothing leave nothing to finish', () => {
    const batches = new Batches();
    batches.claimed(batches.next(), 0);
    expect(batches.finished()).toEqual([]);
  });

  test('never use a number twice', () => {
    const batches = new Batches();
    expect(new Set([batches.next(), batches.next(), batches.next()]).size).toBe(3);
  });
});
