import { type ClaimedOperation, type NewOperation, newUuid, type OperationError, unobserved } from '@holdfast/kernel';
import { PostgresStore } from '@holdfast/store';
import { newOperation, someWorkerId, unique } from '@holdfast/testkit';
import type { DataSource } from 'typeorm';

const ERROR: OperationError = { code: 'declined', message: 'Declined.', retryable: true, effect: 'none' };

/**
 * A small life of operations, step after step, through the store: what processes of one release send while those of
 * another share the database with them. Nothing in it depends on the time of day.
 */
export async function live(dataSource: DataSource): Promise<void> {
  // A clock that stands still: each claim is then a look from the beginning.
  const store = new PostgresStore(dataSource, unobserved, { monotonicMs: () => 0 });
  const type = unique('type');
  const workerId = someWorkerId();
  await store.register({
    workerId,
    name: 'old worker',
    types: [type],
    lanes: [type],
    concurrency: 5,
    leaseMs: 600_000,
  });
  let batch = 0;
  const claim = async (): Promise<ClaimedOperation> => {
    batch += 1;
    const request = { workerId, lanes: [type], limit: 10, batch, finishedBatches: batch > 1 ? [batch - 1] : [] };
    const [claimed] = await store.claim(request);
    if (!claimed) throw new Error('nothing was due');
    return claimed;
  };
  const create = async (told: Partial<NewOperation> = {}): Promise<NewOperation> => {
    const operation = newOperation({ tenant: 'frozen', type, ...told });
    await store.create(operation);
    return operation;
  };
  await succeedWithSteps(store, await create({ labels: { region: 'eu' }, priority: 5 }), claim);
  await failAndResume(store, await create(), claim);
  await cancelAndPurge(store, await create({ deadline: new Date('2999-01-01T00:00:00Z') }));
  await store.list({
    tenant: 'frozen',
    statuses: [],
    type,
    idempotencyKey: null,
    labels: {},
    createdAfter: null,
    createdBefore: null,
    before: null,
    limit: 10,
  });
  await loseWorker(store, workerId, await create(), claim);
}

async function succeedWithSteps(
  store: PostgresStore,
  operation: NewOperation,
  claim: () => Promise<ClaimedOperation>,
): Promise<void> {
  const { tenant, uuid, shard, key } = operation;
  await store.create(operation);
  await store.findByKey(tenant, key);
  const first = await claim();
  await store.steps.recordStep({ ...step(first, 'quote'), output: '{"price":42}' });
  await store.recordProgress(first, '{"completed":1}');
  const waiting = { reason: 'signal', name: 'approval' } as const;
  await store.settle({ ...first, settlement: { event: 'suspend', waiting, delayMs: 86_400_000 } });
  const sent = { tenant, uuid, name: 'approval', key: 'approved', payload: '{"by":"ann"}', traceParent: null };
  await store.steps.sendSignal({ ...sent, fingerprint: Buffer.alloc(32, 1) });
  const second = await claim();
  await store.steps.loadSteps(second);
  await store.steps.loadSignals(second, 'approval');
  await store.steps.transaction(step(second, 'book'), () => Promise.resolve('{"booked":true}'));
  await store.settle({ ...second, settlement: { event: 'succeed', result: '{"receipt":"r_1"}' } });
  await store.find(tenant, uuid);
  const hints = { clientAttempt: 2, clientMax: 5, reason: 'timeout', traceParent: null };
  await store.logRequest({ id: newUuid(0, shard), operationUuid: uuid, shard, outcome: 'replayed', ...hints });
  await store.history(tenant, uuid);
}

async function failAndResume(
  store: PostgresStore,
  { tenant, uuid }: NewOperation,
  claim: () => Promise<ClaimedOperation>,
): Promise<void> {
  await store.settle({ ...(await claim()), settlement: { event: 'retry', error: ERROR, delayMs: 0 } });
  await store.settle({ ...(await claim()), settlement: { event: 'fail', error: ERROR } });
  const request = { key: 'again', reason: 'mended', version: null, deadline: undefined, extraAttempts: 5 };
  await store.resume({ tenant, uuid, ...request });
  await store.settle({ ...(await claim()), settlement: { event: 'succeed', result: null } });
  await store.circumstances(tenant, uuid, null);
}

async function cancelAndPurge(store: PostgresStore, { tenant, uuid, key }: NewOperation): Promise<void> {
  await store.cancel(tenant, uuid);
  await store.purge(tenant, uuid);
  await store.findTombstone(tenant, uuid);
  await store.findByKey(tenant, key);
}

async function loseWorker(
  store: PostgresStore,
  workerId: string,
  { tenant, uuid }: NewOperation,
  claim: () => Promise<ClaimedOperation>,
): Promise<void> {
  const held = await claim();
  await store.renew(workerId, 0, []);
  await store.loseWorkers();
  await store.loseOperations(100);
  await store.expireOperations(100);
  // What the worker that was lost still has to say is refused.
  await store.settle({ ...held, settlement: { event: 'succeed', result: '"too late"' } });
  await store.find(tenant, uuid);
}

function step({ uuid, shard, fence }: ClaimedOperation, name: string) {
  const place = { uuid, shard, fence, kind: 'step' as const, name, ordinal: 0, finished: true, output: null };
  return { ...place, error: null, dueInMs: null, childUuid: null, signalSequence: null };
}
