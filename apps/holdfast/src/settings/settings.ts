import { closest, DAY_MS, type TraceUrl } from '@holdfast/kernel';
import type { LogLevel, Pooler } from '@holdfast/nestjs';

import { Mistake, SettingsError } from './mistake.js';
import { TOKEN_LENGTH_ADVISED } from './tokens.js';
import { type Role, type Values, VARIABLES } from './variables.js';

/** All that the environment decides. Times in ms. */
export interface Settings {
  /** Null for the embedded server. */
  readonly databaseUrl: string | null;
  /** What stands between us and that. */
  readonly pooler: Pooler;
  /** PostgreSQL itself, where the other URL leads to a pooler; null when nobody told. */
  readonly directUrl: string | null;
  readonly dataDir: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Null for `http://localhost:<port>`. */
  readonly publicUrl: string | null;
  /** Says where traces can be looked at; null when nobody does. */
  readonly traceUrl: TraceUrl | null;
  /** Null for the demo handlers. */
  readonly handlers: string | null;
  readonly role: Role;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly sweepIntervalMs: number;
  readonly replayWindowMs: number;
  readonly tombstoneMs: number;
  /** 0 for no archive. */
  readonly archiveMs: number;
  /** Tenants by bearer token; null when nobody has to show one. */
  readonly tokens: ReadonlyMap<string, string> | null;
  readonly poolMax: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
  /** `NODE_ENV=production`: what is a warning elsewhere is refused. */
  readonly production: boolean;
  /** What is accepted but probably not meant, one line each. */
  readonly warnings: readonly string[];
}

/** Variables by name; undefined and empty ones count as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment: the only place in the service that does. An empty variable counts as not set, as compose
 * files and shells write it. Throws one {@link SettingsError} with everything that is wrong.
 */
export function readSettings(environment: Environment = process.env): Settings {
  const mistakes: string[] = [];
  const values = Object.fromEntries(
    Object.entries(VARIABLES).map(([name, variable]) => {
      try {
        const text = environment[name]?.trim();
        return [name, text ? variable.read(text) : variable.fallback];
      } catch (error) {
        if (!(error instanceof Mistake)) throw error;
        mistakes.push(`${name}: ${error.message}.`);
        return [name, variable.fallback];
      }
    }),
  ) as Values;
  if (mistakes.length > 0) throw new SettingsError(mistakes);
  const production = environment['NODE_ENV'] === 'production';
  return { ...named(values), production, warnings: [...unknown(environment), ...doubtful(values, production)] };
}

function named(values: Values): Omit<Settings, 'production' | 'warnings'> {
  return {
    databaseUrl: values.DATABASE_URL,
    pooler: values.HOLDFAST_POOLER,
    directUrl: values.DATABASE_DIRECT_URL,
    dataDir: values.HOLDFAST_DATA_DIR,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL,
    traceUrl: values.TRACE_URL_TEMPLATE,
    handlers: values.HOLDFAST_HANDLERS,
    role: values.HOLDFAST_ROLE,
    concurrency: values.HOLDFAST_CONCURRENCY,
    leaseMs: values.HOLDFAST_LEASE_MS,
    sweepIntervalMs: values.HOLDFAST_SWEEP_INTERVAL_MS,
    replayWindowMs: values.HOLDFAST_REPLAY_WINDOW_MS,
    tombstoneMs: values.HOLDFAST_TOMBSTONE_MS,
    archiveMs: values.HOLDFAST_ARCHIVE_MS,
    tokens: values.HOLDFAST_TOKENS,
    poolMax: values.HOLDFAST_POOL_MAX,
    drainMs: values.HOLDFAST_DRAIN_MS,
    logLevel: values.HOLDFAST_LOG_LEVEL,
  };
}

const PREFIX = 'HOLDFAST_';

/** A misspelled setting silently leaves the default in force, so it is worth a line; the value may be a secret. */
function unknown(environment: Environment): string[] {
  // Compared without the prefix they share: it would make any two of them look alike.
  const known = Object.keys(VARIABLES).map((name) => name.replace(PREFIX, ''));
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !(name in VARIABLES))
    .sort()
    .map((name) => {
      const meant = closest(name.slice(PREFIX.length), known);
      const full = meant !== null && !(meant in VARIABLES) ? `${PREFIX}${meant}` : meant;
      return `${name} is not a setting and changes nothing.${full === null ? '' : ` Did you mean ${full}?`}`;
    });
}

function doubtful(values: Values, production: boolean): string[] {
  const warnings: string[] = [];
  const short = [...(values.HOLDFAST_TOKENS ?? [])].filter(([token]) => token.length < TOKEN_LENGTH_ADVISED);
  for (const [, tenant] of short) {
    warnings.push(`HOLDFAST_TOKENS: a token of tenant ${tenant} is shorter than ${TOKEN_LENGTH_ADVISED} characters.`);
  }
  if (values.HOLDFAST_REPLAY_WINDOW_MS < DAY_MS) {
    warnings.push('HOLDFAST_REPLAY_WINDOW_MS is under 24 hours: a client that retries later finds its key expired.');
  }
  if (values.HOLDFAST_ARCHIVE_MS > 0 && values.HOLDFAST_ARCHIVE_MS <= values.HOLDFAST_REPLAY_WINDOW_MS) {
    warnings.push(
      'HOLDFAST_ARCHIVE_MS is not longer than HOLDFAST_REPLAY_WINDOW_MS: what is purged is too old for the archive by then.',
    );
  }
  if (production && values.HOLDFAST_TOKENS === null && values.HOLDFAST_ROLE !== 'worker') {
    warnings.push('HOLDFAST_TOKENS is not set: whoever reaches the port may use the service.');
  }
  if (values.HOLDFAST_ROLE !== 'all' && values.DATABASE_URL === null) {
    warnings.push(
      `HOLDFAST_ROLE=${values.HOLDFAST_ROLE} without DATABASE_URL: no other process can share its database.`,
    );
  }
  if (values.DATABASE_URL === null && (values.HOLDFAST_POOLER !== 'none' || values.DATABASE_DIRECT_URL !== null)) {
    warnings.push('HOLDFAST_POOLER and DATABASE_DIRECT_URL mean nothing without DATABASE_URL.');
  }
  return warnings;
}
