/** The variables of this process: the one place of the command line that reads them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export const environment: Environment = process.env;

/** Where the service is when nobody says otherwise: what `holdfast dev` starts. */
export const DEFAULT_URL = 'http://localhost:8080';

/** A variable's text; an empty one counts as not set, as compose files and shells write it. */
export function variable(from: Environment, name: string): string | undefined {
  return from[name]?.trim() || undefined;
}
