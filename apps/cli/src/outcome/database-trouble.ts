import { EXIT } from './exit-code.js';
import { Mistake } from './mistake.js';

/** Errors of the store whose sentences say what to do; by name, because the store is loaded only where it is needed. */
const SAY_IT_ALL: ReadonlySet<string> = new Set(['SchemaMismatchError', 'MigrationError', 'RestoreRefusedError']);

/** Does `work` on the database; what the driver throws becomes one line without the secret in the URL. */
export async function onDatabase<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && SAY_IT_ALL.has(error.name)) throw new Mistake(error.message, null, EXIT.failed);
    const { host, pathname } = new URL(url);
    throw new Mistake(
      `The database at ${host}${pathname} cannot be used: ${reasonOf(error)}.`,
      'Is it running, and are user, password and rights as they should be?',
      EXIT.unreachable,
    );
  }
}

/** What went wrong, as a part of a sentence. Node tells «refused on every address» without a message of its own. */
export function reasonOf(error: unknown): string {
  const source: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const text = source instanceof Error ? source.message || source.name : String(source);
  return text.split('\n')[0]?.replace(/\.$/, '') ?? text;
}
