import { describe, expect, test } from '@jest/globals';
import { isKept, parseTraceParent } from '@holdfast/kernel';
import { spanContextOf, traceParentOf } from './span-context.js';

const IDS = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7';
const ALL_FLAGS = Array.from({ length: 256 }, (_, flags) => flags.toString(16).padStart(2, '0'));

describe('a stored traceparent', () => {
  test('is kept exactly when its sampled flag is set, whatever the other flags', () => {
    const kept = ALL_FLAGS.filter((flags) => isKept(`00-${IDS}-${flags}`));
    expect(kept).toEqual(ALL_FLAGS.filter((flags) => parseTraceParent(`00-${IDS}-${flags}`)?.sampled));
    expect(kept).toHaveLength(128);
  });

  test('comes back as it was stored, without flags that nobody here knows', () => {
    for (const flags of ['00', '01']) {
      const text = `00-${IDS}-${flags}`;
      const context = spanContextOf(text);
      expect(context && traceParentOf(context)).toBe(text);
    }
  });

  test('that is none names no span', () => {
    expect([spanContextOf(null), spanContextOf(''), isKept(null)]).toEqual([null, null, false]);
  });
});
