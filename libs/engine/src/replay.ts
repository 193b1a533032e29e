import {
  fingerprintOf,
  fingerprintText,
  isKnownFingerprintVersion,
  type JsonObject,
  type JsonValue,
  type KeyRecord,
  mismatchPointers,
  type Operation,
  projectAt,
  Refusal,
} from '@holdfast/kernel';

/**
 * The operation a repeated request is answered with. The fingerprint is compared first, at the version stored with the
 * key, so that another request is «reused» even when only the tombstone is left (CONTRACT §3, §5).
 */
export function answerFromKey(body: JsonObject, known: KeyRecord): Operation {
  if (!isKnownFingerprintVersion(known.fingerprintVersion)) {
    // Written by a newer release during a rolling deploy: another process can compare it, and soon this one too.
    throw new Refusal('overloaded', 'The key was stored by a newer release.', { retryAfterSeconds: 1 });
  }
  const version = known.fingerprintVersion;
  if (!fingerprintOf(fingerprintText(body, version)).equals(known.fingerprint)) {
    const stored = known.request === null ? null : (JSON.parse(known.request) as JsonValue);
    throw new Refusal('idempotency-key-reused', undefined, {
      operationId: known.operationId,
      operationType: known.operation?.type,
      mismatch: stored === null ? [] : mismatchPointers(stored, projectAt(version, body)),
    });
  }
  if (known.operation) return known.operation;
  throw new Refusal('idempotency-key-expired', undefined, {
    operationId: known.operationId,
    ...(known.tombstone ? { operationStatus: known.tombstone.status, purgedAt: known.tombstone.purgedAt } : {}),
  });
}
