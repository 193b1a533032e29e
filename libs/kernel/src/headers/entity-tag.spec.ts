import { describe, expect, it } from '@jest/globals';
import { matchesEntityTag, matchesStrongly } from './entity-tag.js';

describe('If-None-Match', () => {
  it.each([
    '"7"',
    'W/"7"',
    ' "7" ',
    '"6", "7"',
    '"7","8"',
    'W/"6" ,\tW/"7" , "8"',
    ',, "7" ,',
    '"a,b", "7"',
    '*',
    ' * ',
  ])('matches the current tag by weak comparison: %j', (field) => {
    expect(matchesEntityTag(field, '"7"')).toBe(true);
    expect(matchesEntityTag(field, 'W/"7"')).toBe(true);
  });

  it.each([
    undefined,
    '',
    ',',
    '"8"',
    '7',
    '"7',
    '7"',
    'w/"7"',
    '"7" "8"',
    '"6""7"',
    '"7";q=1',
    '**',
    '*, "7"',
    '"x,"7"',
    "'7'",
    '"\u0000", "7"',
  ])('does not match without the tag, or when it is malformed: %j', (field) => {
    expect(matchesEntityTag(field, '"7"')).toBe(false);
  });

  it('does not take one variant for another, nor a tag inside a tag', () => {
    expect(matchesEntityTag('"7-full"', '"7"')).toBe(false);
    expect(matchesEntityTag('"6,7"', '"7"')).toBe(false);
    expect(matchesEntityTag('"a,b"', '"a,b"')).toBe(true);
    expect(matchesEntityTag('"\u00e9"', '"\u00e9"')).toBe(true);
  });
});

describe('If-Match', () => {
  it.each(['"7"', '"6", "7"', '*'])('matches the current tag by strong comparison: %s', (field) => {
    expect(matchesStrongly(field, '"7"')).toBe(true);
  });

  it.each(['W/"7"', '"8"', '', '7', '"7', '"7", oops'])('does not match otherwise: %s', (field) => {
    expect(matchesStrongly(field, '"7"')).toBe(false);
  });

  it('never matches a weak tag, not even with itself', () => {
    expect(matchesStrongly('W/"7"', 'W/"7"')).toBe(false);
  });
});

describe('a hostile list of entity tags', () => {
  it.each([',', '"', 'W/', ' ', '"",', '"" '])('is read in time that grows with its length only: %j', (piece) => {
    const start = performance.now();
    matchesEntityTag(piece.repeat(100_000), '"7"');
    matchesEntityTag(`"${piece.repeat(100_000)}x`, '"7"');
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
