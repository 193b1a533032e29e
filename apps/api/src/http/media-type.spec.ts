import { describe, expect, test } from '@jest/globals';
import { announcesBody, requireJson } from './media-type.js';

describe('requireJson', () => {
  test.each([
    'application/json',
    'APPLICATION/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset="utf-8" ; v=2',
    'application/json;',
  ])('accepts %s', (type) => {
    expect(() => requireJson({ 'content-type': type })).not.toThrow();
  });

  test.each([
    undefined,
    '',
    'text/json',
    'application/json5',
    'application/json/x',
    'application/json;charset=utf-16',
    'application/json;=utf-8',
  ])('refuses %s', (type) => {
    expect(() => requireJson({ 'content-type': type })).toThrow(
      expect.objectContaining({ slug: 'media-type-unsupported' }),
    );
  });

  test('a media type made to be slow is judged at once', () => {
    const began = performance.now();
    expect(() => requireJson({ 'content-type': `application/json${';a=b '.repeat(3_000)}!` })).toThrow();
    expect(() => requireJson({ 'content-type': `application/json${'; '.repeat(7_000)}x` })).toThrow();
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

test.each([
  [{}, false],
  [{ 'content-length': '0' }, false],
  [{ 'content-length': '2' }, true],
  [{ 'transfer-encoding': 'chunked' }, true],
])('%j announces a body: %s', (headers, announced) => {
  expect(announcesBody(headers)).toBe(announced);
});
