import { describe, expect, test } from '@jest/globals';
import {
  type Explanation,
  type FullOperation,
  type Operation,
  PROBLEM_ERRORS,
  type Problem,
  type RetryReason,
} from '@holdfast/client';
import type { ExplanationSchema, OperationLinksSchema, OperationSchema, ProblemSchema } from '@holdfast/contract';
import { ERROR_CATALOGUE, ERROR_SLUGS, type RETRY_REASONS, type Status } from '@holdfast/kernel';

type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** The client knows nothing of the server, so what both must agree on is compared by the compiler, here. */
const AGREED: [
  Equal<keyof FullOperation, keyof OperationSchema>,
  Equal<keyof Operation['links'], keyof OperationLinksSchema>,
  Equal<keyof Explanation, keyof ExplanationSchema>,
  Equal<keyof Explanation['reasons'][number], keyof ExplanationSchema['reasons'][number]>,
  Equal<keyof Explanation['retries'][number], keyof ExplanationSchema['retries'][number]>,
  Equal<keyof Explanation['requests'][number], keyof ExplanationSchema['requests'][number]>,
  Equal<keyof Problem, keyof ProblemSchema>,
  Equal<Operation['status'], Status>,
  Equal<RetryReason, (typeof RETRY_REASONS)[number]>,
] = [true, true, true, true, true, true, true, true, true];

test('the client and the service mean the same members and words', () => {
  expect(AGREED).not.toContain(false);
});

describe('the error classes of the client', () => {
  test('are exactly one for each refusal of the catalogue', () => {
    expect(Object.keys(PROBLEM_ERRORS).sort()).toEqual([...ERROR_SLUGS].sort());
  });

  test.each(ERROR_SLUGS)('%s has a class that is called like it, and says what a retry would do', (slug) => {
    const { status, title, retryable, safeToRetryWithSameKey } = ERROR_CATALOGUE[slug];
    const Known = PROBLEM_ERRORS[slug];
    const words = slug.split('-').map((word) => word[0]?.toUpperCase() + word.slice(1));
    const error = new Known({
      type: `http://localhost/errors/${slug}`,
      title,
      status,
      detail: title,
      instance: 'urn:uuid:0',
      error: { code: slug, message: title },
      retryable,
      safeToRetryWithSameKey,
    });
    expect([Known.name, error.name]).toEqual([`${words.join('')}Error`, `${words.join('')}Error`]);
    expect(error).toMatchObject({ slug, status, retryable, code: slug.replaceAll('-', '_') });
  });
});
