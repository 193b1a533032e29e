import { afterAll, describe, expect } from '@jest/globals';
import type { PostgresStore } from '@holdfast/store';
import { LocalSignals } from '@holdfast/testkit';
import { aborted, eventually, promises } from './scene.spec.support.js';

const { promise, close } = promises();
afterAll(close);

const claimsSent = (store: PostgresStore) => store.executor.sent.get('claim') ?? 0;

describe('claiming', () => {
  promise(
    'leaves types alone that are not known here',
    { known: { run: () => 1 }, other: { run: () => 2 } },
    async (scene) => {
      const other = await scene.create('other');
      scene.worker({ definitions: { known: { run: () => 1 } } });
      await scene.until(await scene.create('known'), 'succeeded');
      expect(await scene.read(other)).toMatchObject({ status: 'pending', attempt: 0 });
      scene.worker();
      await scene.until(other, 'succeeded');
    },
  );

  const crowd = { now: 0, most: 0 };
  promise(
    'takes no more than there are free slots, and all in the end',
    {
      busy: {
        async run() {
          crowd.now += 1;
          crowd.most = Math.max(crowd.most, crowd.now);
          await new Promise(setImmediate);
          crowd.now -= 1;
        },
      },
    },
    async (scene) => {
      const created = await Promise.all(Array.from({ length: 40 }, () => scene.create('busy')));
      const worker = scene.worker({ settings: { concurrency: 3, pollIntervalMs: 60_000 } });
      await Promise.all(created.map((operation) => scene.until(operation, 'succeeded')));
      expect(crowd.most).toBe(3);
      await eventually(() => worker.state().held === 0);
    },
  );

  promise('asks nothing while every slot is taken', { long: { run: (op) => aborted(op.signal) } }, async (scene) => {
    const [busy, idle] = await Promise.all([scene.connect(), scene.connect()]);
    const worker = scene.worker({ store: busy, settings: { concurrency: 1, pollIntervalMs: 20 } });
    const operation = await scene.create('long');
    await scene.until(operation, 'running');
    await scene.create('long');
    const asked = claimsSent(busy);
    scene.worker({ store: idle, settings: { pollIntervalMs: 20 }, definitions: { idle: { run: () => 1 } } });
    await eventually(() => claimsSent(idle) >= 5);
    expect(claimsSent(busy)).toBe(asked);
    expect(worker.state()).toMatchObject({ held: 1, concurrency: 1, abandoned: 0, draining: false });
  });

  promise('wakes exactly when the next operation is due', { timed: { run: () => 'on time' } }, async (scene) => {
    scene.worker({ settings: { pollIntervalMs: 60_000 } });
    const operation = await scene.create('timed', { delayMs: 500 });
    const ended = await scene.until(operation, 'succeeded');
    const after = (ended.finishedAt?.getTime() ?? 0) - ended.createdAt.getTime();
    expect(after).toBeGreaterThanOrEqual(500);
    expect(after).toBeLessThan(30_000);
  });

  promise('finds by polling what no hint told of', { silent: { run: () => 1 } }, async (scene) => {
    scene.worker({ signals: new LocalSignals(), settings: { pollIntervalMs: 100 } });
    await scene.until(await scene.create('silent'), 'succeeded');
  });
});
