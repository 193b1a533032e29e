import { describe, expect, test } from '@jest/globals';
import { ERROR_CATALOGUE, ERROR_SLUGS, Refusal } from '@holdfast/kernel';
import { OperationUrls } from '../views/operation-urls.js';
import { errorPage, errorPageHtml, isErrorSlug } from './error-page.js';
import { isPermanent, problemDocument, retryAfterOf } from './problem-document.js';

const urls = new OperationUrls('https://api.example');
const requestId = '7b1c7a4e-0000-4000-8000-000000000000';

describe.each(ERROR_SLUGS)('the problem document of %s', (slug) => {
  const problem = problemDocument(new Refusal(slug), urls, requestId);

  test('speaks RFC 9457, Azure and Stripe at once', () => {
    expect(problem).toMatchObject({
      type: `https://api.example/errors/${slug}`,
      status: ERROR_CATALOGUE[slug].status,
      instance: `urn:uuid:${requestId}`,
      error: { code: slug.replaceAll('-', '_') },
    });
    for (const text of [problem.title, problem.detail, problem.error.message]) expect(text).not.toBe('');
  });

  test('has a page that explains it', () => {
    expect(isErrorSlug(slug)).toBe(true);
    expect(errorPage(slug)).toMatchObject({ slug, status: problem.status, title: problem.title });
    expect(errorPageHtml(slug)).toContain(problem.title);
  });

  test('is repeated by no client when a repeat is in vain', () => {
    const refusal = new Refusal(slug);
    const { status, retryable } = ERROR_CATALOGUE[slug];
    expect(isPermanent(refusal)).toBe(status < 500 && !retryable);
    // 409, 429 and 5xx are repeated by clients without asking.
    if (status === 409 || status === 429 || status >= 500) expect(problem.retryable).toBe(true);
    if (status === 429 || status === 503) expect(retryAfterOf(refusal)).toBeGreaterThanOrEqual(1);
  });
});

describe('a problem document', () => {
  test('carries what is known of the operation, and pointers but no values', () => {
    const purgedAt = new Date('2030-01-01T00:00:00Z');
    const refusal = new Refusal('idempotency-key-reused', undefined, {
      operationId: 'opn_1',
      operationStatus: 'failed',
      purgedAt,
      mismatch: ['/input/amount'],
    });
    expect(problemDocument(refusal, urls, requestId)).toMatchObject({
      operationId: 'opn_1',
      operationStatus: 'failed',
      purgedAt: '2030-01-01T00:00:00.000Z',
      mismatch: ['/input/amount'],
    });
  });

  test('shows the error of the operation itself where the operation is the problem', () => {
    const error = { code: 'card_declined', message: 'No funds.' };
    expect(problemDocument(new Refusal('operation-failed', 'No funds.', { error }), urls, requestId).error).toEqual(
      error,
    );
  });

  test('waits as long as the refusal says', () => {
    expect(retryAfterOf(new Refusal('overloaded', undefined, { retryAfterSeconds: 9 }))).toBe(9);
    expect(retryAfterOf(new Refusal('idempotency-key-in-flight'))).toBe(1);
    expect(retryAfterOf(new Refusal('idempotency-key-reused'))).toBeNull();
  });
});

test.each(['constructor', '__proto__', 'toString', '', 'unknown'])('%s is no problem type', (text) => {
  expect(isErrorSlug(text)).toBe(false);
});
