import type { JsonObject, JsonValue } from '../json/json-value.js';

/** The version that new operations are stored with. */
export const FINGERPRINT_VERSION = 1;

/**
 * The members of a create body, as the client sent them. They may have any type, because a key is looked up before its
 * request is validated. A whole body fits; members that no version covers are not looked at.
 */
export interface FingerprintedRequest {
  readonly type?: JsonValue | undefined;
  readonly input?: JsonValue | undefined;
  readonly runAt?: JsonValue | undefined;
  readonly delayMs?: JsonValue | undefined;
  readonly deadline?: JsonValue | undefined;
}

type Member = keyof FingerprintedRequest;

/** What one version of the fingerprint covers. An entry is never changed once a row was stored with its version. */
interface Projection {
  /** In canonical order. */
  readonly members: readonly Member[];
  /** Defaults that count as absent, beside null: a client that begins to spell them out still asks for the same. */
  readonly defaults: Partial<Record<Member, JsonValue>>;
}

const PROJECTIONS: ReadonlyMap<number, Projection> = new Map([
  [1, { members: ['deadline', 'delayMs', 'input', 'runAt', 'type'], defaults: { delayMs: 0 } }],
]);

/** False for a version that a newer process wrote: such a row can be neither compared nor refused here. */
export function isKnownFingerprintVersion(version: number): boolean {
  return PROJECTIONS.has(version);
}

/**
 * What `version` compares of a request: its members without the absent, the null and the default ones, in canonical
 * order. Throws for an unknown version; ask {@link isKnownFingerprintVersion} first.
 */
export function projectAt(version: number, request: FingerprintedRequest): JsonObject {
  const projection = PROJECTIONS.get(version);
  if (!projection) throw new Error(`there is no fingerprint version ${version}`);
  const projected: JsonObject = {};
  for (const member of projection.members) {
    const value = request[member];
    if (value === undefined || value === null || value === projection.defaults[member]) continue;
    projected[member] = value;
  }
  return projected;
}
