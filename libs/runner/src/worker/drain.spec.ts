import { afterAll, describe, expect } from '@jest/globals';
import { aborted, eventually, gate, promises } from './scene.spec.support.js';

const { promise, close } = promises();
afterAll(close);

describe('a drain', () => {
  const released = gate();
  promise(
    'lets what is held come to its end, and takes nothing more',
    { work: { run: async (op) => (op.input === 'held' ? released.opened.then(() => 'ended') : 'ran') } },
    async (scene) => {
      const worker = scene.worker();
      const held = await scene.create('work', { input: 'held' });
      await eventually(() => worker.state().held === 1);
      const drained = worker.drain(60_000);
      const next = await scene.create('work', { input: 'next' });
      expect(worker.state()).toMatchObject({ draining: true, held: 1 });
      released.open();
      await drained;
      expect(await scene.read(held)).toMatchObject({ status: 'succeeded', result: '"ended"' });
      expect(await scene.read(next)).toMatchObject({ status: 'pending', attempt: 0 });
      expect(worker.state()).toMatchObject({ draining: true, held: 0 });
    },
  );

  const told = gate<string>();
  const stuck = gate();
  promise(
    'hands back what does not end in time, due at once and without counting the attempt',
    {
      yields: {
        async run(op) {
          if (drained) return op.attempt;
          told.open(await aborted(op.signal));
          throw new Error('interrupted');
        },
      },
      ignores: { run: async (op) => (drained ? op.attempt : stuck.opened) },
    },
    async (scene) => {
      const worker = scene.worker({ settings: { yieldMs: 100 } });
      const operations = await Promise.all([scene.create('yields'), scene.create('ignores')]);
      await eventually(() => worker.state().held === 2);
      await worker.drain(50);
      expect(await told.opened).toBe('draining');
      for (const operation of operations) {
        expect(await scene.read(operation)).toMatchObject({
          status: 'pending',
          attempt: 1,
          waiting: null,
          lastError: null,
        });
      }
      drained = true;
      scene.worker();
      for (const operation of operations) {
        expect(await scene.until(operation, 'succeeded')).toMatchObject({ attempt: 1, result: '1' });
      }
      stuck.open();
    },
  );
  let drained = false;

  const undoing = gate();
  promise(
    'hands back what is being undone, though a compensation does not end in time',
    {
      undoes: {
        async run(op) {
          await op.onFailure('undo', () => {
            undoing.open();
            return retried ? undefined : new Promise(() => undefined);
          });
          throw op.fail('sold_out', 'There is none left.');
        },
      },
    },
    async (scene) => {
      const worker = scene.worker({ settings: { yieldMs: 50 } });
      const operation = await scene.create('undoes');
      await undoing.opened;
      await worker.drain(0);
      expect(await scene.read(operation)).toMatchObject({ status: 'pending', attempt: 1 });
      expect(worker.state()).toMatchObject({ held: 0, abandoned: 1 });
      retried = true;
      scene.worker();
      expect(await scene.until(operation, 'failed')).toMatchObject({ error: { code: 'sold_out' } });
    },
  );
  let retried = false;

  promise(
    'ends canceled what was asked to stop and does not',
    { ignores: { run: (op) => aborted(op.signal).then(() => new Promise<never>(() => undefined)) } },
    async (scene) => {
      const worker = scene.worker({ settings: { yieldMs: 50 } });
      const operation = await scene.create('ignores');
      await eventually(() => worker.state().held === 1);
      await scene.cancel(operation);
      await worker.drain(0);
      expect(await scene.read(operation)).toMatchObject({ status: 'canceled' });
    },
  );

  promise(
    'may be asked for again, is not undone by a start, and leaves no lease behind',
    { work: { run: () => 1 } },
    async (scene) => {
      const worker = scene.worker();
      const first = worker.drain(0);
      expect(worker.drain(1_000_000)).toBe(first);
      await first;
      worker.start();
      const operation = await scene.create('work');
      expect(worker.state().workerId).toBeNull();
      expect(await scene.read(operation)).toMatchObject({ status: 'pending' });
    },
  );

  promise(
    'ends in bounded time when the database is away, and what was held comes back',
    { work: { run: async (op) => (op.attempt === 1 ? aborted(op.signal) : 'again') } },
    async (scene) => {
      const { store, proxy } = await scene.connectBadly();
      const worker = scene.worker({ store, settings: { leaseMs: 4_000, yieldMs: 100 } });
      const operation = await scene.create('work');
      await eventually(() => worker.state().held === 1);
      proxy.set('cut');
      const started = performance.now();
      await worker.drain(0);
      expect(performance.now() - started).toBeLessThan(12_000);
      scene.worker();
      expect(await scene.until(operation, 'succeeded')).toMatchObject({ result: '"again"', attempt: 2 });
    },
  );

  promise('gives back what a claim under way still brings', { work: { run: () => 'ran' } }, async (scene) => {
    const created = await Promise.all(Array.from({ length: 20 }, () => scene.create('work')));
    const worker = scene.worker();
    await eventually(() => worker.state().workerId !== null);
    await worker.drain(0);
    scene.worker();
    for (const operation of created) {
      expect(await scene.until(operation, 'succeeded')).toMatchObject({ attempt: 1 });
    }
  });
});
