import { afterAll, describe, expect, test } from '@jest/globals';
import { type ClaimedOperation, type Operation, silentLog, type WorkerStore } from '@holdfast/kernel';
import { newOperation, openTestStore, testDatabase } from '@holdfast/testkit';
import { Lease } from './lease.js';
import { ManualClock } from './manual-clock.spec.support.js';
import { OpenSlots } from './open-slots.js';
import { eventually, gate, promises, type Scene } from './scene.spec.support.js';

const { promise, close } = promises();
afterAll(close);

/** Creates until one found a free slot, which the answer to its creation says. */
async function handed(scene: Scene, name: string) {
  for (;;) {
    const created = await scene.create(name);
    if (created.status === 'running') return created;
    await scene.until(created, 'succeeded');
  }
}

describe('an operation that is created while a slot is free', () => {
  promise('runs when its creator is answered, and ends like any other', { quick: { run: () => 1 } }, async (scene) => {
    scene.worker();
    const created = await handed(scene, 'quick');
    expect(created).toMatchObject({ version: 2, attempt: 1, startedAt: created.createdAt });
    expect(await scene.until(created, 'succeeded')).toMatchObject({ version: 3, attempt: 1, result: '1' });
  });

  const released = gate();
  promise(
    'takes no slot that somebody has',
    { quick: { run: () => 1 }, holds: { run: () => released.opened } },
    async (scene) => {
      const worker = scene.worker({ settings: { concurrency: 1 } });
      await scene.until(await handed(scene, 'quick'), 'succeeded');
      await eventually(() => worker.state().held === 0);
      await scene.until(await scene.create('holds'), 'running');
      const second = await scene.create('quick');
      expect(second).toMatchObject({ status: 'pending' });
      released.open();
      await scene.until(second, 'succeeded');
    },
  );

  promise('keeps no slot from what waits when nothing comes of it', { quick: { run: () => 1 } }, async (scene) => {
    const { pool } = scene.database;
    // Nobody looks by himself for longer than this test may take.
    scene.worker({ settings: { concurrency: 1, pollIntervalMs: 3_600_000 } });
    await scene.until(await handed(scene, 'quick'), 'succeeded');
    const type = scene.typeOf('quick');
    const stuck = newOperation({ tenant: scene.tenant, key: 'stuck', type });
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query(
      `insert into holdfast.idempotency_keys (shard, tenant, key, operation_id, id_prefix, fingerprint, fingerprint_version)
       values ($1, $2, 'stuck', $3, 'opn', '', 1)`,
      [stuck.shard, scene.tenant, stuck.uuid],
    );
    const blocked = scene.store.create(stuck).catch(() => null);
    const elsewhere = await openTestStore((await testDatabase()).url);
    const waiting = await elsewhere.store.create(newOperation({ tenant: scene.tenant, type }));
    scene.signals.publish({ kind: 'due' });
    expect(await blocked).toBeNull();
    await holder.query('rollback');
    holder.release();
    await elsewhere.close();
    await scene.until(waiting as Operation, 'succeeded');
  });

  promise('is not left behind by a drain', { quick: { run: () => 1 } }, async (scene) => {
    const worker = scene.worker();
    await scene.until(await handed(scene, 'quick'), 'succeeded');
    const creating = Array.from({ length: 50 }, () => scene.create('quick'));
    await worker.drain(10_000);
    const created = await Promise.all(creating);
    const seen = await Promise.all(created.map((operation) => scene.read(operation)));
    expect(seen.map(({ status }) => status)).not.toContain('running');
    scene.worker();
    for (const operation of created) expect(await scene.until(operation, 'succeeded')).toMatchObject({ attempt: 1 });
  });
});

describe('open slots', () => {
  /** Slots of a worker with `free` of them, whose lease is held. */
  async function openSlots(free: number, queued = false) {
    const ended: Lease[] = [];
    const store = { register: () => Promise.resolve(), retire: () => Promise.resolve() } as Partial<WorkerStore>;
    const settings = { name: 'test', types: [], lanes: [], concurrency: free, leaseMs: 1_000_000 };
    const around = {
      clock: new ManualClock(),
      log: silentLog,
      random: () => 0.5,
      closing: new AbortController().signal,
    };
    const lease = new Lease({ ...settings, ...around, store: store as WorkerStore }, (over) => ended.push(over));
    await lease.open();
    const taken: ClaimedOperation[] = [];
    const settled = gate();
    const slots = new OpenSlots({
      lanes: ['a.b', 'c.d@2'],
      free: () => free - slots.reserved,
      lease: () => (ended.length === 0 ? lease : null),
      queued: () => queued,
      take: (operation) => taken.push(operation),
      onSettled: () => settled.open(),
    });
    return { slots, taken, ended, settled: settled.opened };
  }
  const [known, versioned] = [newOperation({ type: 'a.b' }), newOperation({ type: 'c.d', typeVersion: '2' })];
  const strangers = [newOperation({ type: 'c.d' }), newOperation({ type: 'e.f' })];

  test('are for types in versions that the worker can run, as many as there are', async () => {
    const { slots } = await openSlots(2);
    expect(slots.reserve([...strangers, known, versioned, known])?.seats).toEqual([false, false, true, true, false]);
    expect(slots.reserved).toBe(2);
    expect(slots.reserve([known])).toBeNull();
  });

  test('are for nobody while something may wait in the queue: that came first', async () => {
    const { slots } = await openSlots(2, true);
    expect(slots.reserve([known])).toBeNull();
  });

  test('are free again when nothing came of the creation', async () => {
    const { slots, settled } = await openSlots(1);
    slots.reserve([known])?.take([]);
    await settled;
    expect(slots.reserved).toBe(0);
    expect(slots.reserve([known])?.batch).toBe(2);
  });

  test('end with their lease when nobody knows what came of it', async () => {
    const { slots, taken, ended } = await openSlots(2);
    slots.reserve([known])?.doubt();
    expect(ended).toHaveLength(1);
    expect(taken).toEqual([]);
    expect(slots.reserve([known])).toBeNull();
  });
});
