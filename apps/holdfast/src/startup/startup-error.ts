/** The service cannot start, and this one line says why and what to do. Never carries a secret. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

/** What went wrong, as one line without the trailing period. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  // Node reports «refused on every address» as an aggregate without a message of its own.
  const source = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return (source.message || source.name).split('\n')[0]?.replace(/\.$/, '') ?? source.name;
}
