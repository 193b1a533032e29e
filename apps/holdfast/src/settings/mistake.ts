/** A value that cannot be used: what was found, never a secret, and what is accepted instead. */
export class Mistake extends Error {
  override readonly name = 'Mistake';

  constructor(
    readonly found: string,
    readonly accepted: string,
  ) {
    super(`found ${found}; accepted: ${accepted}`);
  }
}

/** Every mistake of the environment at once, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** A value that is no secret, short enough for one line, with nothing in it that could move the cursor. */
export function quoted(text: string): string {
  const printable = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return `«${printable.length > 60 ? `${printable.slice(0, 60)}…` : printable}»`;
}
