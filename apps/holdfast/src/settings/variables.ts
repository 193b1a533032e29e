import { DAY_MS, DEFAULT_ARCHIVE_MS, DEFAULT_REPLAY_WINDOW_MS, DEFAULT_TOMBSTONE_MS } from '@holdfast/kernel';
import { LOG_LEVELS, type Pooler, POOLERS } from '@holdfast/nestjs';
import { databaseUrl, oneOf, path, publicUrl, type Reader, whole } from './readers.js';
import { tokens } from './tokens.js';
import { traceUrlTemplate } from './trace-url-template.js';

/** One environment variable: what it means, its value when it is not set, and how its text is read. */
export interface Variable<Value> {
  readonly meaning: string;
  readonly fallback: Value;
  readonly read: Reader<Value>;
}

export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

const CENTURY_MS = 36_525 * DAY_MS;
/** A month of the archive is a pair of tables, and PostgreSQL plans over all of them. */
const DECADE_MS = 3_653 * DAY_MS;
const HOUR_MS = DAY_MS / 24;

/** Every variable the service reads (CONTRACT §7). OTEL_* are read by OpenTelemetry itself. */
export const VARIABLES = {
  DATABASE_URL: optional('PostgreSQL, 15 to 18, to use instead of the embedded one', databaseUrl),
  DATABASE_DIRECT_URL: optional('the same database without the pooler, to migrate and to listen', databaseUrl),
  PORT: variable('the port it listens on; 0 for any free one', 8080, whole(0, 65_535, '')),
  PUBLIC_URL: optional('how it names itself in links', publicUrl),
  TRACE_URL_TEMPLATE: optional('where the trace of an operation can be looked at', traceUrlTemplate),
  HOLDFAST_DATA_DIR: variable('where the embedded database lives', path('.holdfast'), path),
  HOLDFAST_HANDLERS: optional('handlers file or folder, instead of the demo handlers', path),
  HOLDFAST_ROLE: variable<Role>('what this process does', 'all', oneOf(ROLES)),
  HOLDFAST_CONCURRENCY: variable('operations a worker runs at once', 50, whole(1, 10_000, 'operations')),
  HOLDFAST_LEASE_MS: variable('how long a lease lasts', 10_000, whole(100, HOUR_MS, 'milliseconds')),
  HOLDFAST_SWEEP_INTERVAL_MS: variable(
    'how often leases and deadlines are checked',
    2_000,
    whole(50, HOUR_MS, 'milliseconds'),
  ),
  HOLDFAST_REPLAY_WINDOW_MS: variable(
    'how long a key is honored after its operation ended',
    DEFAULT_REPLAY_WINDOW_MS,
    whole(1, CENTURY_MS, 'milliseconds'),
  ),
  HOLDFAST_TOMBSTONE_MS: variable(
    'how long a purged key is remembered',
    DEFAULT_TOMBSTONE_MS,
    whole(1, CENTURY_MS, 'milliseconds'),
  ),
  HOLDFAST_ARCHIVE_MS: variable(
    'how long after its end a purged operation is kept in the archive; 0 for not at all',
    DEFAULT_ARCHIVE_MS,
    whole(0, DECADE_MS, 'milliseconds'),
  ),
  HOLDFAST_TOKENS: optional('bearer tokens and their tenants', tokens),
  HOLDFAST_POOLER: variable<Pooler>('what pooler DATABASE_URL leads to', 'none', oneOf(POOLERS)),
  HOLDFAST_POOL_MAX: variable('database connections at most', 10, whole(2, 1_000, 'connections')),
  HOLDFAST_DRAIN_MS: variable('how long a shutdown may take', 25_000, whole(100, HOUR_MS, 'milliseconds')),
  HOLDFAST_LOG_LEVEL: variable('the least that is logged', 'info', oneOf(LOG_LEVELS)),
} as const;

export type VariableName = keyof typeof VARIABLES;
export type Values = { readonly [Name in VariableName]: (typeof VARIABLES)[Name]['fallback'] };

function variable<Value>(meaning: string, fallback: Value, read: Reader<Value>): Variable<Value> {
  return { meaning, fallback, read };
}

function optional<Value>(meaning: string, read: Reader<Value>): Variable<Value | null> {
  return { meaning, fallback: null, read };
}
