import type { ErrorSlug, Refusal } from '@holdfast/kernel';

/** What became of an idempotency key, as spans and metrics say it. */
export const IDEMPOTENCY_OUTCOMES = ['created', 'replayed', 'reused', 'in_flight', 'expired', 'invalid'] as const;
export type IdempotencyOutcome = (typeof IDEMPOTENCY_OUTCOMES)[number];

const REFUSED: Partial<Record<ErrorSlug, IdempotencyOutcome>> = {
  'idempotency-key-reused': 'reused',
  'idempotency-key-in-flight': 'in_flight',
  'idempotency-key-expired': 'expired',
  'idempotency-key-missing': 'invalid',
  'idempotency-key-invalid': 'invalid',
  'body-invalid': 'invalid',
  'body-too-large': 'invalid',
  'media-type-unsupported': 'invalid',
  'validation-failed': 'invalid',
  'operation-type-unknown': 'invalid',
};

/** What a refusal says about the key; null when it says nothing, as when the database is away. */
export function outcomeOfRefusal({ slug }: Pick<Refusal, 'slug'>): IdempotencyOutcome | null {
  return REFUSED[slug] ?? null;
}
