import { EXPLAIN_LIMITS, Refusal } from '@holdfast/kernel';
import type { QueryParameters } from './read-list-query.js';

/** The number of the request that `GET /operations/{id}/explain` asks for; null for the newest. */
export function readRequestNumber({ request }: QueryParameters): number | null {
  if (request === undefined) return null;
  const number = typeof request === 'string' && /^\d{1,9}$/.test(request) ? Number(request) : 0;
  if (number >= 1 && number <= EXPLAIN_LIMITS.requestsCounted) return number;
  throw new Refusal(
    'parameter-invalid',
    `The parameter request must be a whole number from 1 to ${EXPLAIN_LIMITS.requestsCounted}.`,
  );
}
