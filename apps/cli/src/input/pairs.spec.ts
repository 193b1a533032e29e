import { describe, expect, test } from '@jest/globals';
import { Mistake } from '../outcome/mistake.js';
import { readPairs, readTexts } from './pairs.js';

describe('pairs on the command line', () => {
  test.each([
    [['a=1'], { a: '1' }],
    [['a:=1'], { a: 1 }],
    [['a='], { a: '' }],
    [['a=b=c'], { a: 'b=c' }],
    [['url=http://x:80/?q=1'], { url: 'http://x:80/?q=1' }],
    [['a:={"b":[null,true]}'], { a: { b: [null, true] } }],
    [['a=1', 'a=2'], { a: '2' }],
  ])('%j stands for %j', (words, value) => {
    expect(readPairs(words)).toEqual(value);
  });

  test.each([['a'], ['=1'], [':=1'], ['a:=b'], ['a=@/no/such/file']])(
    '%s is a mistake that says what to write',
    (word) => {
      expect(() => readPairs([word])).toThrow(Mistake);
    },
  );

  test('labels are texts, whatever they look like', () => {
    expect(readTexts(['a=1', 'b.c=x=y'])).toEqual({ a: '1', 'b.c': 'x=y' });
    expect(() => readTexts(['a'])).toThrow(Mistake);
  });
});
