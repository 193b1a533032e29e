import { describe, expect, test } from '@jest/globals';
import { isSpanContextValid } from '@opentelemetry/api';
import { attemptContext } from './attempt-ids.js';

const UUID = '019ab1f2-1111-7222-8333-444455556601';

describe('the ids of an attempt', () => {
  test('are the same wherever they are asked for', () => {
    expect(attemptContext(UUID, 3)).toEqual(attemptContext(UUID, 3));
    expect(isSpanContextValid(attemptContext(UUID, 3))).toBe(true);
  });

  test('are those of no other attempt, of this operation or another', () => {
    const fences = Array.from({ length: 50 }, (_, fence) => fence);
    const contexts = [UUID, UUID.replace('019', '018')].flatMap((uuid) =>
      fences.map((fence) => attemptContext(uuid, fence)),
    );
    expect(new Set(contexts.map(({ traceId }) => traceId)).size).toBe(contexts.length);
    expect(new Set(contexts.map(({ spanId }) => spanId)).size).toBe(contexts.length);
  });

  test('never change: a new release links to the attempts of the one before', () => {
    expect(attemptContext(UUID, 1)).toMatchObject({
      traceId: '884cd1f0fb6d0fade07aecb800f9d1f6',
      spanId: '6ac2bcd7384b08ef',
    });
  });
});
