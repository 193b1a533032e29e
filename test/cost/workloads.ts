import {
  type ClaimedOperation,
  type NewOperation,
  newUuid,
  type OperationError,
  type Settlement,
  type Slots,
} from '@holdfast/kernel';
import type { PostgresStore } from '@holdfast/store';
import { newOperation, someWorkerId, unique } from '@holdfast/testkit';
import { OPERATIONS, type Workload } from './budgets.js';

/** Makes ready what is not measured, and gives what is. */
type Prepare = (store: PostgresStore) => Promise<() => Promise<unknown>>;

const INPUT = { customer: 'cus_01k0000000000000', amount: 4200, currency: 'EUR', note: 'x'.repeat(100) };
const RESULT = JSON.stringify({ receipt: 'r_01k0000000000000', amount: 4200 });
const ERROR: OperationError = { code: 'declined', message: 'Declined.', retryable: false, effect: 'none' };
const STEPS = 10;

export const WORKLOADS: Readonly<Record<Workload, Prepare>> = {
  'create, one after the other': async (store) => {
    const made = operations();
    return () => oneByOne(made, (operation) => store.create(operation));
  },
  'create, 400 at once': async (store) => {
    const made = operations();
    return () => atOnce(made, (operation) => store.create(operation));
  },
  'create into free slots, 400 at once': async (store) => {
    const made = operations();
    return async () => {
      const withdraw = store.offer(slotsFor(someWorkerId()));
      await atOnce(made, (operation) => store.create(operation));
      withdraw();
    };
  },
  'replay, one after the other': async (store) => {
    const made = await created(store);
    return () =>
      oneByOne(made, async (operation) => {
        await refuse(store, operation);
        await lookUp(store, operation);
      });
  },
  // In two waves, so that how many of them share a statement is not left to chance.
  'replay, 400 at once': async (store) => {
    const made = await created(store);
    return async () => {
      await atOnce(made, (operation) => refuse(store, operation));
      await atOnce(made, (operation) => lookUp(store, operation));
    };
  },
  'poll, one after the other': async (store) => {
    const made = await created(store);
    return () => oneByOne(made, ({ tenant, uuid }) => store.find(tenant, uuid));
  },
  'poll, 400 at once': async (store) => {
    const made = await created(store);
    return () => atOnce(made, ({ tenant, uuid }) => store.find(tenant, uuid));
  },
  'request log, 400 at once': async (store) => {
    const made = await created(store);
    const hints = { clientAttempt: 2, clientMax: 5, reason: 'timeout', traceParent: null };
    return () =>
      atOnce(made, ({ shard, uuid }) =>
        store.logRequest({ id: newUuid(Date.now(), shard), operationUuid: uuid, shard, outcome: 'replayed', ...hints }),
      );
  },
  'claim and succeed, 400 at once': (store) => claimAnd(store, { event: 'succeed', result: RESULT }),
  'claim and fail, 400 at once': (store) => claimAnd(store, { event: 'fail', error: ERROR }),
  'claim and try again, 400 at once': (store) => claimAnd(store, { event: 'retry', error: ERROR, delayMs: 60_000 }),
  'claim, ten steps, succeed, 400 at once': (store) =>
    claimAnd(store, { event: 'succeed', result: RESULT }, async (claimed) => {
      for (let step = 0; step < STEPS; step += 1) await atOnce(claimed, (held) => record(store, held, `step-${step}`));
    }),
};

/** Operations whose names are as long in every run, so that their rows are too. */
function operations(type = unique('type')): NewOperation[] {
  const tenant = unique('tenant');
  const request = JSON.stringify({ type: 'cost', input: INPUT });
  return Array.from({ length: OPERATIONS }, (_, n) =>
    newOperation({ tenant, type, request, key: `order-${String(n).padStart(8, '0')}` }),
  );
}

async function created(store: PostgresStore, type?: string): Promise<NewOperation[]> {
  const made = operations(type);
  await atOnce(made, (operation) => store.create(operation));
  return made;
}

/** What the front door does with a key that is taken: it tries to store, */
async function refuse(store: PostgresStore, operation: NewOperation): Promise<void> {
  if ((await store.create(operation)) !== null) throw new Error('the key was free');
}

/** and looks the key up when that stored nothing. */
async function lookUp(store: PostgresStore, { tenant, key }: NewOperation): Promise<void> {
  if ((await store.findByKey(tenant, key)) === null) throw new Error('the key is unknown');
}

async function claimAnd(
  store: PostgresStore,
  settlement: Settlement,
  before: (claimed: readonly ClaimedOperation[]) => Promise<void> = () => Promise.resolve(),
): Promise<() => Promise<unknown>> {
  const type = unique('type');
  const workerId = someWorkerId();
  await created(store, type);
  return async () => {
    const claimed = await store.claim({ workerId, lanes: [type], limit: OPERATIONS, batch: 1, finishedBatches: [] });
    if (claimed.length !== OPERATIONS) throw new Error(`${claimed.length} operations were claimed`);
    await before(claimed);
    await atOnce(claimed, async ({ uuid, shard, fence }) => {
      if (!(await store.settle({ uuid, shard, fence, settlement }))) throw new Error('the fence did not match');
    });
  };
}

/** Free slots for whatever comes. */
function slotsFor(workerId: string): Slots {
  let batch = 0;
  const ignore = () => undefined;
  return {
    reserve: (asked) => ({ workerId, batch: (batch += 1), seats: asked.map(() => true), take: ignore, doubt: ignore }),
  };
}

function record(store: PostgresStore, { uuid, shard, fence }: ClaimedOperation, name: string): Promise<boolean> {
  return store.steps.recordStep({
    uuid,
    shard,
    fence,
    kind: 'step',
    name,
    ordinal: 0,
    finished: true,
    output: RESULT,
    error: null,
    dueInMs: null,
    childUuid: null,
    signalSequence: null,
  });
}

function atOnce<Item>(items: readonly Item[], run: (item: Item) => Promise<unknown>): Promise<unknown> {
  return Promise.all(items.map(run));
}

async function oneByOne<Item>(items: readonly Item[], run: (item: Item) => Promise<unknown>): Promise<void> {
  for (const item of items) await run(item);
}
