import { describe, expect, it } from '@jest/globals';
import { ERROR_CATALOGUE, ERROR_SLUGS, errorCode, type ErrorSlug } from './catalogue.js';

/** Statuses that common clients repeat by themselves. */
function isRepeatedByClients(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

describe('the error catalogue', () => {
  it('never gives a permanent condition a status that clients repeat, nor a passing one a status that they do not', () => {
    for (const slug of ERROR_SLUGS) {
      const { status, retryable } = ERROR_CATALOGUE[slug];
      expect([slug, isRepeatedByClients(status)]).toEqual([slug, retryable]);
    }
  });

  it('never invites a retry that would need another key', () => {
    const retryable = ERROR_SLUGS.filter((slug) => ERROR_CATALOGUE[slug].retryable);
    expect(retryable.length).toBeGreaterThan(0);
    for (const slug of retryable) expect(ERROR_CATALOGUE[slug].safeToRetryWithSameKey).toBe(true);
  });

  it.each<[ErrorSlug, number]>([
    ['idempotency-key-missing', 400],
    ['idempotency-key-invalid', 400],
    ['idempotency-key-reused', 422],
    ['idempotency-key-expired', 422],
    ['idempotency-key-in-flight', 409],
    ['body-invalid', 400],
    ['body-too-large', 413],
    ['media-type-unsupported', 415],
    ['validation-failed', 422],
    ['operation-type-unknown', 422],
    ['page-token-invalid', 400],
    ['unauthenticated', 401],
    ['operation-not-found', 404],
    ['operation-purged', 410],
    ['operation-not-resumable', 422],
    ['operation-terminal', 422],
    ['operation-failed', 424],
    ['operation-canceled', 424],
    ['quota-exceeded', 429],
    ['overloaded', 503],
    ['draining', 503],
    ['database-unavailable', 503],
  ])('answers %s with %d', (slug, status) => {
    expect(ERROR_CATALOGUE[slug].status).toBe(status);
  });

  it('says that a key that was reused or has expired must not be sent again', () => {
    expect(ERROR_CATALOGUE['idempotency-key-reused'].safeToRetryWithSameKey).toBe(false);
    expect(ERROR_CATALOGUE['idempotency-key-expired'].safeToRetryWithSameKey).toBe(false);
  });

  it('has a title without a stop and a remedy that is a sentence for every slug', () => {
    for (const slug of ERROR_SLUGS) {
      expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(ERROR_CATALOGUE[slug].title).toMatch(/^[A-Z].*[^.]$/);
      expect(ERROR_CATALOGUE[slug].remedy).toMatch(/^[A-Z].*[.>]$/);
    }
  });

  it('gives every slug a code of its own, with underscores', () => {
    expect(errorCode('idempotency-key-in-flight')).toBe('idempotency_key_in_flight');
    expect(new Set(ERROR_SLUGS.map(errorCode)).size).toBe(ERROR_SLUGS.length);
    for (const slug of ERROR_SLUGS) expect(errorCode(slug)).toMatch(/^[a-z_]+$/);
  });
});
