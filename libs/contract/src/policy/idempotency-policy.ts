import { FINGERPRINT_VERSION, LIMITS, type TypeRegistry } from '@holdfast/kernel';
import { routeOf, ROUTE_IDS } from '../routes/routes.js';

/** How long keys live, in ms, where a type does not say otherwise. */
export interface Windows {
  readonly replayWindowMs: number;
  readonly tombstoneMs: number;
}

/**
 * The published policy (`GET /idempotency-policy`). The Idempotency-Key draft asks a resource to publish how it compares
 * keys, how long it honors them and what may be repeated; nothing here depends on the clock or on the caller.
 */
export function idempotencyPolicy(types: TypeRegistry, { replayWindowMs, tombstoneMs }: Windows) {
  return {
    key: {
      header: 'Idempotency-Key',
      syntax: 'A structured-field String (RFC 9651), or bare characters of [A-Za-z0-9_.:~+/=-]',
      minLength: 1,
      maxLength: LIMITS.keyLength,
      scope: 'tenant',
      comparison: 'byte for byte, after unquoting',
    },
    fingerprint: {
      version: FINGERPRINT_VERSION,
      algorithm: 'SHA-256 over canonical JSON (RFC 8785)',
      members: ['type', 'input', 'runAt', 'delayMs', 'deadline'],
      ignored: ['priority', 'labels', 'every header'],
      onMismatch: 'idempotency-key-reused',
    },
    windows: {
      startsAt: 'the end of the operation; until then its key is honored without limit',
      replayWindowMs,
      tombstoneMs,
      onExpired: 'idempotency-key-expired',
      afterTombstone: 'the key is forgotten',
    },
    limits: {
      bodyBytes: LIMITS.bodyBytes,
      jsonDepth: LIMITS.jsonDepth,
      labels: LIMITS.labels,
      labelNameLength: LIMITS.labelNameLength,
      labelValueLength: LIMITS.labelValueLength,
      priority: { min: LIMITS.priorityMin, max: LIMITS.priorityMax },
      waitSeconds: LIMITS.waitSeconds,
      pageSize: LIMITS.pageSize,
      batchItems: LIMITS.batchItems,
      resultBytes: LIMITS.resultBytes,
    },
    endpoints: ROUTE_IDS.map((id) => {
      const { method, path, key, retry } = routeOf(id);
      return { operationId: id, method, path, idempotencyKey: key, ...retry };
    }),
    types: [...types.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((type) => ({
        name: type.name,
        replayWindowMs: type.replayWindowMs,
        maxAttempts: type.retry.maxAttempts,
        guarantee: 'attempts at least once, outcome recorded exactly once',
      })),
  };
}

export type IdempotencyPolicy = ReturnType<typeof idempotencyPolicy>;
