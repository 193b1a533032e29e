import { Refusal } from '@holdfast/kernel';
import type { QueryParameters } from './read-list-query.js';

/**
 * True for `?view=full`. Any other view is refused with `parameter-invalid`: an answer without what was asked for would
 * look like an operation to which nothing has happened.
 */
export function wantsFullView({ view }: QueryParameters): boolean {
  if (view === undefined) return false;
  if (view === 'full') return true;
  throw new Refusal('parameter-invalid', 'The parameter view can only be «full».');
}
