import type { Violation } from '../errors/refusal.js';
import type { JsonValue } from '../json/json-value.js';
import type { RetryPolicy } from '../retry/policy.js';

/** What the service knows of an operation type without running it. */
export interface OperationType {
  readonly name: string;
  readonly idPrefix: string;
  readonly retry: RetryPolicy;
  /** Ms one attempt may take before its signal aborts; null for no limit. */
  readonly attemptTimeoutMs: number | null;
  /** How long after its end the key of an operation is honored, in ms. */
  readonly replayWindowMs: number;
  readonly description: string | null;
  /** Version of the code that new operations are created for; null where versions are not told apart. */
  readonly version?: string | null;
  /** Older versions whose operations this code can run, too; null for those from before there were versions. */
  readonly acceptsVersions?: readonly (string | null)[];
  readonly inputSchema: Readonly<Record<string, unknown>> | null;
  /** What is wrong with an input, as pointers below `/input`; empty when nothing is. */
  readonly validateInput: (input: JsonValue) => readonly Violation[];
}

/** Dotted words: `invoice.charge`. At most 128 characters, so that it fits indexes, labels and spans. */
const TYPE_NAME = /^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/;
const TYPE_NAME_MAX = 128;

export function isTypeName(text: string): boolean {
  return text.length <= TYPE_NAME_MAX && TYPE_NAME.test(text);
}

/** Where operations of a type in one version wait: only workers that know both take them. No type name has an «@». */
export function laneOf(type: string, version: string | null): string {
  return version === null ? type : `${type}@${version}`;
}

/** The version in the name of a lane; null where versions are not told apart. */
export function versionOf(lane: string): string | null {
  const mark = lane.indexOf('@');
  return mark < 0 ? null : lane.slice(mark + 1);
}

/** Every lane that code which knows these types can run. */
export function lanesOf(types: TypeRegistry): string[] {
  return [...types.values()].flatMap(({ name, version = null, acceptsVersions = [] }) =>
    [version, ...acceptsVersions].map((known) => laneOf(name, known)),
  );
}

/** The types a process knows, by name. */
export type TypeRegistry = ReadonlyMap<string, OperationType>;

export const DAY_MS = 86_400_000;
export const DEFAULT_REPLAY_WINDOW_MS = 30 * DAY_MS;
export const DEFAULT_TOMBSTONE_MS = 365 * DAY_MS;

/** What is purged is not archived, unless somebody asks for it. */
export const DEFAULT_ARCHIVE_MS = 0;
