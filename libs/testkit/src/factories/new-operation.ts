import { fingerprintOf, type NewOperation, newUuid, shardOf } from '@holdfast/kernel';
import { unique } from './operation-row.js';

/** A new operation as the engine would hand it to the store; every field may be told. */
export function newOperation(told: Partial<NewOperation> = {}): NewOperation {
  const tenant = told.tenant ?? unique('tenant');
  const key = told.key ?? unique('key');
  const type = told.type ?? unique('type');
  const shard = shardOf(tenant, key);
  const request = told.request ?? JSON.stringify({ type });
  return {
    uuid: newUuid(Date.now(), shard),
    shard,
    idPrefix: 'opn',
    tenant,
    key,
    request,
    fingerprint: fingerprintOf(request),
    fingerprintVersion: 1,
    type,
    priority: 0,
    labels: {},
    runAt: null,
    delayMs: 0,
    deadline: null,
    maxAttempts: 5,
    maxLost: 5,
    replayWindowMs: 2_592_000_000,
    traceParent: null,
    ...told,
  };
}
