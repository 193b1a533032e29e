import { EXIT } from './exit-code.js';
import { Mistake } from './mistake.js';

/** Does `work` on the database; what the driver throws becomes one line without the secret in the URL. */
export async function onDatabase<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
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
