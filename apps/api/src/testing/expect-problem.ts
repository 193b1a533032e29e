import { expect } from '@jest/globals';
import { ERROR_CATALOGUE, type ErrorSlug } from '@holdfast/kernel';
import type { Answer } from '@holdfast/testkit';
import { PUBLIC_URL } from './serve-api.js';

/** Holds an answer against everything that is true of every problem document, then against `members`. */
export function expectProblem(answer: Answer, slug: ErrorSlug, members: Readonly<Record<string, unknown>> = {}): void {
  const { status, retryable, safeToRetryWithSameKey } = ERROR_CATALOGUE[slug];
  expect({ status: answer.status, type: answer.json?.['type'] }).toEqual({
    status,
    type: `${PUBLIC_URL}/errors/${slug}`,
  });
  expect(answer.json).toMatchObject({
    status,
    title: ERROR_CATALOGUE[slug].title,
    detail: expect.stringMatching(/\S/),
    instance: `urn:uuid:${answer.headers.get('request-id')}`,
    error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/\S/) },
    retryable,
    safeToRetryWithSameKey,
    ...members,
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  expect(answer.headers.get('x-should-retry')).toBe(status < 500 && !retryable ? 'false' : null);
  expect(answer.headers.get('idempotent-replayed')).toBeNull();
}
