import { describe, expect, it } from '@jest/globals';
import { parsePreferWait } from './prefer.js';

describe('the preference to wait', () => {
  it.each<[string | string[], number]>([
    ['wait=10', 10],
    ['wait=0', 0],
    ['WAIT=10', 10],
    ['wait="10"', 10],
    [String.raw`wait="1\0"`, 10],
    ['wait = 10', 10],
    ['wait=010', 10],
    [' wait=10 ', 10],
    ['respond-async, wait=10', 10],
    ['wait=10, respond-async', 10],
    ['respond-async,wait=10,return=minimal', 10],
    ['return=minimal; foo="a, wait=3"; bar, wait=10', 10],
    ['wait=10; foo=1', 10],
    ['wait=10;', 10],
    [',, wait=10 ,,', 10],
    ['foo="", wait=10', 10],
    [['respond-async', 'wait=10'], 10],
    [['wait=10', 'wait=20'], 10],
    ['wait=10, wait=20', 10],
  ])('is read from %j', (field, seconds) => {
    expect(parsePreferWait(field)).toBe(seconds);
  });

  it('is capped', () => {
    expect(parsePreferWait('wait=31')).toBe(30);
    expect(parsePreferWait(`wait=${'9'.repeat(1_000)}`)).toBe(30);
    expect(parsePreferWait('wait=31', 60)).toBe(31);
  });

  it.each<[string | string[] | undefined]>([
    [undefined],
    [''],
    [' '],
    [','],
    [[]],
    ['respond-async'],
    ['return=minimal'],
    ['wait'],
    ['wait='],
    ['wait=""'],
    ['wait=ten'],
    ['wait=-1'],
    ['wait=1.5'],
    ['wait=1e3'],
    ['wait="10'],
    ['wait=10"'],
    ['wait=10 20'],
    ['wait=ten, wait=10'],
    ['wait, wait=10'],
    ['waiting=10'],
    ['foo; wait=10'],
    ['foo="wait=10"'],
    ['=10, wait=10'],
    ['wait=10, @'],
    ['wait=10\nwait=20'],
    ['wait=١٠'],
  ])('is not there, or ignored because it is malformed, in %j', (field) => {
    expect(parsePreferWait(field)).toBeNull();
  });

  it.each([',', ';', '; ', 'a,', 'a;b=c;', ' ', '"', String.raw`a="\"`, 'a="'])(
    'is looked for in time that grows with the length only: %j',
    (piece) => {
      const start = performance.now();
      parsePreferWait(`a${piece.repeat(50_000)}@`);
      expect(performance.now() - start).toBeLessThan(1_000);
    },
  );
});
