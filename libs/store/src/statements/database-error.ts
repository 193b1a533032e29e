import { Refusal } from '@holdfast/kernel';

/** What a failed statement means for those who wait for it. */
export type Failure =
  /** PostgreSQL cannot be asked, or its answer was lost: nobody knows whether the statement took effect. */
  | 'unavailable'
  /** Somebody else held a lock for too long; this item may be the cause, its neighbors are not. */
  | 'blocked'
  /** The statement itself is at fault, or one of its items. */
  | 'rejected';

/** SQLSTATE classes and codes after which the same statement may work later (PostgreSQL manual, appendix A). */
const UNAVAILABLE = /^(08|53|57P|58|XX|25006$|57014$|25P03$)/;
const BLOCKED = new Set(['55P03', '40P01', '40001']);

interface CodedError {
  readonly code?: unknown;
}

function sqlState(error: unknown): string | null {
  const { code } = (error ?? {}) as CodedError;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** Errors of sockets have a code of the system, and those of the driver only a sentence. */
const SYSTEM_CODE = /^E[A-Z_]+$/;
const DRIVER_SENTENCE = /connection|timeout|not queryable|after calling end/i;

/** What TypeORM calls a transaction whose connection ended between two of its statements: it lets go of it at once. */
const CONNECTION_GONE = 'QueryRunnerAlreadyReleasedError';

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || error.name === 'SchemaMismatchError') return false;
  if (error.name === CONNECTION_GONE) return true;
  const { code } = error as CodedError;
  if (typeof code === 'string') return SYSTEM_CODE.test(code);
  return error.name !== 'TypeError' && DRIVER_SENTENCE.test(error.message);
}

export function failureOf(error: unknown): Failure {
  const state = sqlState(error);
  if (state === null) return isConnectionError(error) ? 'unavailable' : 'rejected';
  if (BLOCKED.has(state)) return 'blocked';
  return UNAVAILABLE.test(state) ? 'unavailable' : 'rejected';
}

export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** The schema of Holdfast is not there. */
export function isUndefinedTable(error: unknown): boolean {
  return sqlState(error) === '42P01';
}

/** The refusal a caller gets when the database cannot be reached. The same call with the same key settles the doubt. */
export function unavailable(cause: unknown): Refusal {
  return new Refusal('database-unavailable', undefined, { retryAfterSeconds: 1 }, { cause });
}
