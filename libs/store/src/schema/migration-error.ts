/** A migration could not be run. The message says which one, why, what is left of it, and what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(
    /** The migration that failed; those before it are in force. */
    readonly migration: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? cause.name) : String(cause);
    super(
      `The migration ${migration} failed and was taken back: ${reason.replace(/\.$/, '')}. ` +
        'Put that right and start again; until then the release before goes on working.',
      { cause },
    );
  }
}
