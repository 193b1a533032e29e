import {
  DAY_MS,
  DEFAULT_ID_PREFIX,
  DEFAULT_REPLAY_WINDOW_MS,
  DEFAULT_RETRY_POLICY,
  isIdPrefix,
  type OperationType,
  type RetryPolicy,
} from '@holdfast/kernel';
import { compileInputSchema, type InputSchema, SchemaError } from '../schema/input-schema.js';
import type { HandlerFunction } from './handler-registry.js';
import { HandlersError } from './handlers-error.js';
import { Members, type NumberRule, isObject, shown } from './members.js';

/** What settings may say instead of the built-in defaults. */
export interface HandlerDefaults {
  readonly retry?: Partial<RetryPolicy>;
  /** Null for no limit. */
  readonly attemptTimeoutMs?: number | null;
  readonly replayWindowMs?: number;
}

/** One type as its definition describes it. */
export interface ReadDefinition {
  readonly type: OperationType;
  readonly run: HandlerFunction;
  readonly warnings: readonly string[];
}

const MEMBERS = [
  'idPrefix',
  'retry',
  'attemptTimeoutMs',
  'inputSchema',
  'replayWindowMs',
  'description',
  'version',
  'acceptsVersions',
  'run',
];
const RETRY_MEMBERS = Object.keys(DEFAULT_RETRY_POLICY);
/** A member may also have been written on the wrong level. */
const SUGGESTIONS = [...MEMBERS, ...RETRY_MEMBERS.map((name) => `retry.${name}`)];

const DESCRIPTION_LENGTH_MAX = 1_000;
/** Longest delay a timer of Node accepts, just under 25 days. */
const TIMER_MAX_MS = 2_147_483_647;

const ATTEMPTS: NumberRule = { min: 1, max: 1_000, unit: 'attempts', whole: true };
const LEASES: NumberRule = { min: 1, max: 1_000, unit: 'leases', whole: true };
const DELAY: NumberRule = { min: 0, max: 30 * DAY_MS, unit: 'milliseconds', whole: true };
const FACTOR: NumberRule = { min: 1, max: 100, unit: 'times', whole: false };
const TIMEOUT: NumberRule = { min: 1, max: TIMER_MAX_MS, unit: 'milliseconds', whole: true };
const WINDOW: NumberRule = { min: 0, max: 36_525 * DAY_MS, unit: 'milliseconds', whole: true };

/**
 * Reads the definition of type `name` (CONTRACT §6). `where` names file and type for messages. Throws
 * {@link HandlersError} for the first thing that is wrong with it; nothing of a definition is ever ignored.
 */
export function readDefinition(
  name: string,
  definition: unknown,
  where: string,
  defaults: HandlerDefaults,
): ReadDefinition {
  if (!isObject(definition)) throw new HandlersError(`${where}: must be an object with a run function`);
  const members = new Members(definition, where);
  members.refuseUnknown(MEMBERS, SUGGESTIONS);
  const replayWindowMs = members.number('replayWindowMs', WINDOW, defaults.replayWindowMs ?? DEFAULT_REPLAY_WINDOW_MS);
  const schema = readSchema(members);
  const type: OperationType = {
    name,
    idPrefix: readIdPrefix(members),
    retry: readRetry(members, where, { ...DEFAULT_RETRY_POLICY, ...defaults.retry }),
    attemptTimeoutMs: members.number('attemptTimeoutMs', TIMEOUT, defaults.attemptTimeoutMs ?? null),
    replayWindowMs,
    description: members.text('description', DESCRIPTION_LENGTH_MAX),
    version: readVersion(members),
    acceptsVersions: readAcceptedVersions(members),
    inputSchema: schema?.schema ?? null,
    validateInput: schema?.validate ?? (() => []),
  };
  const warnings = (schema?.warnings ?? []).map((warning) => `${where}: inputSchema: ${warning}`);
  if (replayWindowMs < DAY_MS) {
    warnings.push(`${where}: keys are honored for ${replayWindowMs} ms only; clients may retry for 24 hours`);
  }
  return { type, run: readRun(members, definition), warnings };
}

function readIdPrefix(members: Members): string {
  const prefix = members.text('idPrefix', 63) ?? DEFAULT_ID_PREFIX;
  if (isIdPrefix(prefix)) return prefix;
  throw members.wrong('idPrefix', `must be 1–63 lowercase letters, underscores inside only, not ${shown(prefix)}`);
}

/** Letters, digits, dots, dashes and underscores: it stands behind an «@» in the lane of the operation. */
const VERSION = /^[A-Za-z0-9._-]{1,32}$/;

function readVersion(members: Members): string | null {
  const version = members.text('version', 32);
  if (version === null || VERSION.test(version)) return version;
  throw members.wrong('version', `must be letters, digits, dots, dashes and underscores, not ${shown(version)}`);
}

function readAcceptedVersions(members: Members): readonly (string | null)[] {
  const versions = members.get('acceptsVersions') ?? [];
  const valid =
    Array.isArray(versions) &&
    versions.every((item) => item === null || (typeof item === 'string' && VERSION.test(item)));
  if (valid) return versions as (string | null)[];
  throw members.wrong('acceptsVersions', 'must be an array of versions, null for operations without one');
}

function readRetry(members: Members, where: string, defaults: RetryPolicy): RetryPolicy {
  const retry = new Members(members.record('retry') ?? {}, `${where}: retry`);
  retry.refuseUnknown(RETRY_MEMBERS);
  const policy: RetryPolicy = {
    maxAttempts: retry.number('maxAttempts', ATTEMPTS, defaults.maxAttempts),
    initialDelayMs: retry.number('initialDelayMs', DELAY, defaults.initialDelayMs),
    factor: retry.number('factor', FACTOR, defaults.factor),
    maxDelayMs: retry.number('maxDelayMs', DELAY, defaults.maxDelayMs),
    maxLost: retry.number('maxLost', LEASES, defaults.maxLost),
  };
  if (policy.maxDelayMs < policy.initialDelayMs) {
    const complaint = `(${policy.maxDelayMs}) must not be less than initialDelayMs (${policy.initialDelayMs})`;
    throw retry.wrong('maxDelayMs', complaint);
  }
  return policy;
}

function readSchema(members: Members): InputSchema | null {
  const schema = members.record('inputSchema');
  if (schema === null) return null;
  try {
    return compileInputSchema(schema);
  } catch (error) {
    if (error instanceof SchemaError) throw members.wrong('inputSchema', error.message, error);
    throw error;
  }
}

function readRun(members: Members, definition: Readonly<Record<string, unknown>>): HandlerFunction {
  const run = members.get('run');
  if (typeof run !== 'function') throw members.wrong('run', `must be a function, not ${shown(run)}`);
  // A method of a literal may use its neighbors through `this`.
  return (op) => Reflect.apply(run, definition, [op]) as unknown;
}
