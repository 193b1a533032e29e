/** Why the embedded PostgreSQL cannot run. The message is one line and says what to do about it. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
