import { describe, expect, it } from '@jest/globals';
import { parseTraceParent } from './trace-parent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('gives the ids, the sampling decision and itself', () => {
    const text = `00-${TRACE}-${SPAN}-01`;
    expect(parseTraceParent(text)).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true, text });
    expect(parseTraceParent([` ${text}\t`])?.text).toBe(text);
  });

  it.each([
    ['00', false],
    ['01', true],
    ['02', false],
    ['03', true],
    ['fe', false],
    ['ff', true],
  ])('is sampled by the last bit of its flags alone: %s', (flags, sampled) => {
    expect(parseTraceParent(`00-${TRACE}-${SPAN}-${flags}`)?.sampled).toBe(sampled);
  });

  it.each(['', '-', '-what-comes-later', `-${'x'.repeat(5_000)}`])(
    'of a later version is read as one of version 00, without what that version does not know: %.20j',
    (rest) => {
      expect(parseTraceParent(`cc-${TRACE}-${SPAN}-fd${rest}`)).toEqual({
        traceId: TRACE,
        spanId: SPAN,
        sampled: true,
        text: `00-${TRACE}-${SPAN}-01`,
      });
    },
  );

  it.each<[string | string[] | undefined]>([
    [undefined],
    [''],
    [[]],
    ['00'],
    [`00-${TRACE}-${SPAN}`],
    [`00-${TRACE}-${SPAN}-1`],
    [`00-${TRACE}-${SPAN}-011`],
    [`00-${TRACE}-${SPAN}-01-`],
    [`00-${TRACE}-${SPAN}-01-extra`],
    [`ff-${TRACE}-${SPAN}-01`],
    [`0-${TRACE}-${SPAN}-01`],
    [`01-${TRACE}-${SPAN}-01.extra`],
    [`00-${'0'.repeat(32)}-${SPAN}-01`],
    [`00-${TRACE}-${'0'.repeat(16)}-01`],
    [`00-${TRACE.toUpperCase()}-${SPAN}-01`],
    [`00-${TRACE}-${SPAN}-0g`],
    [`00-${TRACE.slice(1)}-${SPAN}-01`],
    [`00-${TRACE}0-${SPAN}-01`],
    [`00_${TRACE}_${SPAN}_01`],
    [`00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    [[`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
    [`00-${TRACE}-${SPAN}-01\n`],
    [`00-${TRACE}-${SPAN}-01\u001b[31m`],
    ['x'.repeat(8_192)],
  ])('is ignored when it is malformed: %.80j', (field) => {
    expect(parseTraceParent(field)).toBeNull();
  });
});
