import { afterAll, describe, expect } from '@jest/globals';
import type { Log } from '@holdfast/kernel';
import { aborted, eventually, gate, promises, type Scene } from './scene.spec.support.js';

const { promise, close } = promises();
afterAll(close);

/** Collects the warnings a worker logs, in order. */
function listening(): { log: Log; warnings: string[] } {
  const warnings: string[] = [];
  const keep = (message: string) => void warnings.push(message);
  return { warnings, log: { debug: () => undefined, info: () => undefined, warn: keep, error: keep } };
}

async function workerRows(scene: Scene, ids: readonly (string | null)[]): Promise<number> {
  const { rows } = await scene.database.pool.query('select 1 from holdfast.workers where id = any($1::uuid[])', [ids]);
  return rows.length;
}

describe('a worker that is cut off', () => {
  const told = gate<string>();
  const ended = gate();
  promise(
    'stops what it holds when its lease is over, changes nothing afterwards, and begins anew under another id',
    {
      work: {
        async run(op) {
          if (op.input === 'second') return 'by the second';
          if (op.attempt > 1) return 'by the other';
          told.open(await aborted(op.signal));
          await ended.opened;
          return 'by the first';
        },
      },
    },
    async (scene) => {
      const { store, proxy } = await scene.connectBadly();
      const { log, warnings } = listening();
      const first = scene.worker({ store, log, settings: { leaseMs: 1_000, yieldMs: 10_000 } });
      const operation = await scene.create('work');
      await eventually(() => first.state().held === 1);
      const id = first.state().workerId;
      proxy.set('cut');
      const cut = performance.now();
      expect(await told.opened).toBe('lease_lost');
      expect(performance.now() - cut).toBeLessThan(3_000);
      scene.worker();
      const taken = await scene.until(operation, 'succeeded');
      expect(taken).toMatchObject({ result: '"by the other"', attempt: 2, lastError: { code: 'worker_lost' } });
      proxy.set('pass');
      ended.open();
      await eventually(() => first.state().workerId !== null && first.state().held === 0);
      expect(first.state().workerId).not.toBe(id);
      expect((await scene.read(operation)).version).toBe(taken.version);
      expect(warnings.filter((warning) => warning.includes('lease is lost'))).toHaveLength(1);
    },
  );

  promise(
    'for less than a lease writes the end of what it held all the same',
    {
      work: {
        async run(op) {
          await op.progress({ message: 'running' });
          await released.opened;
          return op.attempt;
        },
      },
    },
    async (scene) => {
      const { store, proxy } = await scene.connectBadly();
      const { log, warnings } = listening();
      scene.worker({ store, log, settings: { leaseMs: 20_000 } });
      const operation = await scene.create('work');
      await scene.until(operation, (seen) => seen.progress !== null);
      proxy.set('cut');
      released.open();
      await eventually(() => warnings.some((warning) => warning.includes('not written yet')));
      proxy.set('pass');
      expect(await scene.until(operation, 'succeeded')).toMatchObject({ attempt: 1, result: '1' });
    },
  );
  const released = gate();

  promise('logs an outage once, however often it tries', { none: { run: () => 1 } }, async (scene) => {
    const { store, proxy } = await scene.connectBadly();
    const { log, warnings } = listening();
    const worker = scene.worker({ store, log, settings: { leaseMs: 600, sweepIntervalMs: 20, pollIntervalMs: 20 } });
    await eventually(() => worker.state().workerId !== null);
    proxy.set('cut');
    await eventually(() => warnings.some((warning) => warning.startsWith('Registering')));
    await eventually(() => warnings.some((warning) => warning.startsWith('Sweeping')));
    proxy.set('pass');
    await eventually(() => worker.state().workerId !== null);
    const operation = await scene.create('none');
    await scene.until(operation, 'succeeded');
    for (const subject of ['Registering', 'Sweeping', 'Claiming', 'The lease is lost']) {
      expect(warnings.filter((warning) => warning.startsWith(subject)).length).toBeLessThanOrEqual(1);
    }
  });
});

/** So that a worker sends nothing but what the test is about. */
const SILENT = { leaseMs: 600_000, sweepIntervalMs: 600_000, pollIntervalMs: 600_000 };

describe('a lost answer', () => {
  promise(
    'to a claim gives the operation back without waiting for the process to end',
    { work: { run: (op) => op.attempt } },
    async (scene) => {
      const { store, proxy, quiet } = await scene.connectBadly();
      const worker = scene.worker({ store, settings: SILENT });
      await eventually(() => (store.executor.sent.get('next-due') ?? 0) > 0 && quiet());
      const { workerId } = worker.state();
      proxy.set('lose-answers');
      const operation = await scene.create('work');
      await scene.until(operation, 'running');
      proxy.set('pass');
      scene.worker({ definitions: { other: { run: () => 1 } } });
      expect(await scene.until(operation, 'succeeded')).toMatchObject({
        attempt: 2,
        lastError: { code: 'worker_lost' },
      });
      expect(proxy.hits).toBeGreaterThan(0);
      expect(worker.state().workerId).not.toBe(workerId);
    },
  );

  const reported = gate();
  const released = gate();
  promise(
    'to the end of an attempt is asked for again, and the end stands once',
    {
      work: {
        async run(op) {
          await op.progress({ message: 'running' });
          reported.open();
          await released.opened;
          return op.attempt;
        },
      },
    },
    async (scene) => {
      const { store, proxy, quiet } = await scene.connectBadly();
      const { log, warnings } = listening();
      const worker = scene.worker({ store, log, settings: SILENT });
      const operation = await scene.create('work');
      await reported.opened;
      await eventually(quiet);
      const running = await scene.read(operation);
      proxy.set('lose-answers');
      released.open();
      const ended = await scene.until(operation, 'succeeded');
      expect(ended).toMatchObject({ result: '1', version: running.version + 1 });
      await eventually(() => warnings.some((warning) => warning.includes('not written yet')));
      proxy.set('pass');
      await eventually(() => worker.state().held === 0);
      expect((await scene.read(operation)).version).toBe(ended.version);
    },
  );
});

describe('a lease', () => {
  const told = gate<string>();
  promise(
    'that was declared lost is not taken up again',
    {
      work: {
        async run(op) {
          if (op.attempt === 1) told.open(await aborted(op.signal));
          return op.attempt;
        },
      },
    },
    async (scene) => {
      const worker = scene.worker({ settings: { leaseMs: 2_000 } });
      const operation = await scene.create('work');
      await scene.until(operation, 'running');
      const { workerId } = worker.state();
      await scene.database.pool.query(
        `update holdfast.workers set lease_until = now() - interval '1 s' where id = $1`,
        [workerId],
      );
      expect(await told.opened).toBe('lease_lost');
      expect(await scene.until(operation, 'succeeded')).toMatchObject({ attempt: 2, result: '2' });
      expect(worker.state().workerId).not.toBe(workerId);
    },
  );

  promise(
    'is renewed by one heartbeat, however many operations are held',
    { hold: { run: (op) => aborted(op.signal) } },
    async (scene) => {
      const store = await scene.connect();
      const worker = scene.worker({ store, settings: { leaseMs: 600, concurrency: 50 } });
      await Promise.all(Array.from({ length: 50 }, () => scene.create('hold')));
      await eventually(() => worker.state().held === 50);
      const before = store.executor.sent.get('renew-worker') ?? 0;
      const started = performance.now();
      await eventually(() => (store.executor.sent.get('renew-worker') ?? 0) >= before + 5);
      // Five beats of a third of the lease each; the first may be due already.
      expect(performance.now() - started).toBeGreaterThanOrEqual(4 * 200 - 20);
      expect(worker.state().sinceRenewalMs).toBeLessThan(600);
    },
  );

  promise(
    'is lost by an operation that cuts off its worker only as often as its type allows',
    {
      poison: {
        retry: { maxLost: 2 },
        async run(op) {
          cutOff();
          await aborted(op.signal);
          heal();
        },
      },
    },
    async (scene) => {
      const { store, proxy } = await scene.connectBadly();
      cutOff = () => proxy.set('cut');
      heal = () => proxy.set('pass');
      scene.worker({ store, settings: { leaseMs: 400 } });
      scene.worker({ definitions: { other: { run: () => 1 } } });
      expect(await scene.until(await scene.create('poison'), 'failed')).toMatchObject({
        error: { code: 'worker_lost', retryable: true, effect: 'unknown' },
      });
    },
  );
  let cutOff = () => undefined as void;
  let heal = () => undefined as void;

  promise('leaves no worker and no claim behind when it is given back', { work: { run: () => 1 } }, async (scene) => {
    const worker = scene.worker();
    await scene.until(await scene.create('work'), 'succeeded');
    const { workerId } = worker.state();
    expect(await workerRows(scene, [workerId])).toBe(1);
    await worker.drain(1_000);
    expect(await workerRows(scene, [workerId])).toBe(0);
  });
});
