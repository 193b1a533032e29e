import { expect } from '@jest/globals';
import { type Answer, idOf } from '@holdfast/testkit';
import { PUBLIC_URL } from './serve-api.js';

const LOCATIONS = ['operation-location', 'location', 'content-location'] as const;

/** The three headers that say where an operation is: absolute, and alike. */
export function expectLocated(answer: Answer): void {
  const url = `${PUBLIC_URL}/operations/${idOf(answer)}`;
  expect(LOCATIONS.map((name) => answer.headers.get(name))).toEqual([url, url, url]);
}

/** What a poll must never carry: a poller would move on to it. */
export function expectNotLocated(answer: Answer): void {
  expect(LOCATIONS.map((name) => answer.headers.get(name))).toEqual([null, null, null]);
}

/** A whole number of seconds, at least 1, while the operation may still move; nothing once it has ended. */
export function expectRetryAfter(answer: Answer, present: boolean): void {
  const value = answer.headers.get('retry-after');
  if (present) expect(value).toMatch(/^[1-9]\d*$/);
  else expect(value).toBeNull();
}
