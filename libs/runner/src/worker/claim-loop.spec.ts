import { describe, expect, test } from '@jest/globals';
import { type ClaimedOperation, type ClaimRequest, silentLog, type WorkerStore } from '@holdfast/kernel';
import { ClaimLoop } from './claim-loop.js';
import { Lease } from './lease.js';
import { ManualClock, settled } from './manual-clock.spec.support.js';

const POLL_MS = 1_000;

interface Asked {
  readonly request: ClaimRequest;
  readonly give: (count: number) => Promise<void>;
  readonly fail: () => Promise<void>;
}

/** A claim loop whose store answers when the test says so. */
async function loop(slots: number) {
  const clock = new ManualClock();
  const claims: Asked[] = [];
  const looks: ((dueMs: number | null) => Promise<void>)[] = [];
  const ended: Lease[] = [];
  const answers: Partial<WorkerStore> = {
    register: () => Promise.resolve(),
    retire: () => Promise.resolve(),
    renew: () => Promise.resolve(true),
    claim: (request) =>
      new Promise((resolve, reject) => {
        const then = (act: () => void) => () => (act(), settled());
        const give = (count: number) => (resolve(Array.from({ length: count }, operation)), settled());
        claims.push({ request, give, fail: then(() => reject(new Error('away'))) });
      }),
    nextDueInMs: () =>
      new Promise((resolve) => {
        looks.push((dueMs) => (resolve(dueMs), settled()));
      }),
  };
  const store = answers as WorkerStore;
  const shared = { store, clock, log: silentLog, random: () => 0.5, types: ['a.b'], lanes: ['a.b'] };
  const closing = new AbortController().signal;
  const newLease = () =>
    new Lease({ ...shared, closing, name: 'test', concurrency: slots, leaseMs: 1_000_000 }, (lease) => {
      ended.push(lease);
      current = null;
    });
  let current: Lease | null = newLease();
  await current.open();
  let held = 0;
  const claimLoop = new ClaimLoop({
    ...shared,
    lanes: shared.types,
    pollIntervalMs: POLL_MS,
    free: () => slots - held,
    lease: () => current,
    take: () => {
      held += 1;
    },
  });
  return {
    clock,
    claims,
    looks,
    ended,
    loop: claimLoop,
    hint: () => (claimLoop.hint(), settled()),
    free: (count: number) => {
      held -= count;
      for (let freed = 0; freed < count; freed += 1) claimLoop.slotFreed();
      return settled();
    },
    reopen: async () => {
      current = newLease();
      await current.open();
      claimLoop.hint();
      await settled();
    },
  };
}

const operation = () => ({}) as ClaimedOperation;

describe('the claim loop', () => {
  test('has one claim under way, however many hints come', async () => {
    const { hint, claims } = await loop(10);
    await hint();
    await hint();
    await hint();
    expect(claims).toHaveLength(1);
    expect(claims[0]?.request).toMatchObject({ limit: 10, batch: 1, finishedBatches: [] });
    await claims[0]?.give(2);
    expect(claims).toHaveLength(2);
    expect(claims[1]?.request).toMatchObject({ limit: 8, batch: 2 });
    await claims[1]?.give(0);
    expect(claims).toHaveLength(2);
  });

  test('asks nothing while every slot is taken, and once for many that become free together', async () => {
    const { hint, claims, free, clock } = await loop(5);
    await hint();
    await claims[0]?.give(5);
    await hint();
    await clock.move(60_000);
    expect(claims).toHaveLength(1);
    await free(4);
    expect(claims).toHaveLength(2);
    expect(claims[1]?.request.limit).toBe(4);
  });

  test('does not ask for a free slot when the last claim left nothing behind', async () => {
    const { hint, claims, free } = await loop(5);
    await hint();
    await claims[0]?.give(4);
    await free(2);
    expect(claims).toHaveLength(1);
  });

  test('sleeps until the next operation is due', async () => {
    const { hint, claims, looks, clock } = await loop(5);
    await hint();
    await claims[0]?.give(0);
    expect(looks).toHaveLength(0);
    await clock.move(10);
    await looks[0]?.(300);
    await clock.move(299);
    expect(claims).toHaveLength(1);
    await clock.move(1);
    expect(claims).toHaveLength(2);
  });

  test('wakes earlier for what it is told will be due earlier', async () => {
    const { hint, claims, looks, clock, loop: claimLoop } = await loop(5);
    await hint();
    await claims[0]?.give(0);
    await clock.move(10);
    await looks[0]?.(800);
    claimLoop.hintIn(900);
    claimLoop.hintIn(100);
    await clock.move(100);
    expect(claims).toHaveLength(2);
  });

  test.each<[string, number | null | 'silence']>([
    ['nothing is waiting', null],
    ['the next is due later', 60_000],
    ['nobody says when the next is due', 'silence'],
  ])('polls when %s', async (_, due) => {
    const { hint, claims, looks, clock } = await loop(5);
    await hint();
    await claims[0]?.give(0);
    await clock.move(10);
    if (due !== 'silence') await looks[0]?.(due);
    await clock.move(POLL_MS - 1);
    expect(claims).toHaveLength(1);
    await clock.move(1);
    expect(claims).toHaveLength(2);
  });

  test('asks ever more rarely for what is due and cannot be had', async () => {
    const { hint, claims, looks, clock } = await loop(5);
    await hint();
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      await claims[round]?.give(0);
      await clock.move(10);
      await looks[round]?.(0);
      waits.push(clock.nextInMs ?? -1);
      await clock.move(POLL_MS);
    }
    expect(waits).toEqual([20, 40, 80, 160, 320, 640, POLL_MS, POLL_MS, POLL_MS]);
  });

  test('rests after a failure, whatever hints come, and claims again only under another lease', async () => {
    const { hint, claims, clock, ended, reopen } = await loop(5);
    await hint();
    await claims[0]?.fail();
    expect(ended).toHaveLength(1);
    await hint();
    await reopen();
    expect(claims).toHaveLength(1);
    await clock.move(74);
    expect(claims).toHaveLength(1);
    await clock.move(1);
    expect(claims).toHaveLength(2);
    expect(claims[1]?.request.workerId).not.toBe(claims[0]?.request.workerId);
  });

  test('stops when its last claim is answered, and leaves no timer behind', async () => {
    const { hint, claims, clock, loop: claimLoop } = await loop(5);
    await hint();
    let stopped = false;
    const stopping = claimLoop.stop().then(() => (stopped = true));
    await settled();
    expect(stopped).toBe(false);
    await claims[0]?.give(1);
    await stopping;
    await hint();
    // The heartbeat and the fence of the lease.
    expect(clock.pending).toBe(2);
    expect(claims).toHaveLength(1);
  });
});
