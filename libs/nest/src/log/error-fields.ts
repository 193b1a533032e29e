/** What a log line tells of an error. */
export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/** Causes followed at most: a chain may be circular. */
const CAUSES_MAX = 4;

/**
 * The parts of an error that are safe to write down. Everything else an error object carries is left out on purpose:
 * drivers hang the statement, its parameters and the conflicting values on theirs, and those are payloads and keys.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: text(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(error.stack && depth === 0 ? { stack: error.stack } : {}),
    ...(error.cause !== undefined && depth < CAUSES_MAX ? { cause: errorFields(error.cause, depth + 1) } : {}),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : `a thrown ${value === null ? 'null' : typeof value}`;
}
