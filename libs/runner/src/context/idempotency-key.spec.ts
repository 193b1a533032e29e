import { describe, expect, test } from '@jest/globals';
import { formatTypeId, newUuid } from '@holdfast/kernel';
import * as fc from 'fast-check';
import { downstreamKey } from './idempotency-key.js';

const uuid = newUuid(Date.now(), 7);
const id = formatTypeId('chg', uuid);
const longestId = formatTypeId('a'.repeat(63), uuid);

describe('op.idempotencyKey', () => {
  test('is readable for an ordinary name', () => {
    expect(downstreamKey(id, 'capture-1')).toBe(`${id}:capture-1`);
  });

  test('is valid for every receiver, the same each time, and another for another name or operation', () => {
    const names = fc.oneof(fc.string({ minLength: 1, unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9_.~:-]{1,200}$/));
    fc.assert(
      fc.property(names, names, (one, other) => {
        const key = downstreamKey(longestId, one);
        expect(key).toMatch(/^[A-Za-z0-9_.:~-]{1,255}$/);
        expect(downstreamKey(longestId, one)).toBe(key);
        expect(downstreamKey(id, one)).not.toBe(key);
        if (one !== other) expect(downstreamKey(longestId, other)).not.toBe(key);
      }),
    );
  });

  test('needs a name', () => {
    for (const name of ['', undefined, 7, {}]) expect(() => downstreamKey(id, name)).toThrow(TypeError);
  });
});
