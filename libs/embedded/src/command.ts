/** A program to start, with what decides as whom and where it runs. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd?: string;
    readonly uid?: number;
    readonly gid?: number;
  };
}

/** Of our own environment only this reaches PostgreSQL: tokens and database URLs are none of its business. */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'TMPDIR'] as const;

/**
 * The environment of every PostgreSQL program. Messages are read by code, so that they must be in English; TZ spares
 * initdb the search through all time zones; PGDATA and its like would override what is asked for.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...(Object.fromEntries(inherited) as NodeJS.ProcessEnv), LC_ALL: 'C', LANG: 'C', TZ: 'UTC' };
}
