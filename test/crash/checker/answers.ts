import type { Evidence } from '../evidence/evidence.js';
import type { Violation } from './violation.js';

/** A database that is away, full or busy is 503 and «again», never a fault that nobody has thought of (CONTRACT §7). */
export function checkAnswers({ history }: Evidence): Violation[] {
  return history
    .filter(({ answer }) => answer?.status === 500)
    .map(({ tenant, key, action }) => ({ promise: 'fault', what: `${action} of ${tenant}/${key} was answered 500` }));
}
