import { afterAll, describe, expect } from '@jest/globals';
import { LocalSignals } from '@holdfast/testkit';
import { aborted, type Definitions, eventually, gate, promises } from './scene.spec.support.js';

const { promise, close } = promises();
afterAll(close);

/** Ends the attempts of a handler without long waits in between. */
const AT_ONCE = { initialDelayMs: 0, maxDelayMs: 0 };

describe('an attempt that takes too long', () => {
  promise(
    'is told to stop and counts as failed',
    {
      slow: {
        attemptTimeoutMs: 50,
        retry: { ...AT_ONCE, maxAttempts: 2 },
        async run(op) {
          expect(await aborted(op.signal)).toBe('attempt_timeout');
          op.signal.throwIfAborted();
        },
      },
    },
    async (scene) => {
      scene.worker();
      expect(await scene.until(await scene.create('slow'), 'failed')).toMatchObject({
        attempt: 2,
        error: { code: 'attempt_timeout', retryable: true, effect: 'unknown' },
      });
    },
  );

  promise(
    'still succeeds when its result comes before it is left to itself',
    { late: { attemptTimeoutMs: 50, run: async (op) => aborted(op.signal) } },
    async (scene) => {
      scene.worker({ settings: { yieldMs: 10_000 } });
      expect(await scene.until(await scene.create('late'), 'succeeded')).toMatchObject({ result: '"attempt_timeout"' });
    },
  );

  const released = gate();
  promise(
    'keeps neither its slot nor the last word when it ignores its signal',
    {
      deaf: {
        attemptTimeoutMs: 50,
        retry: { maxAttempts: 1 },
        run: async () => {
          await released.opened;
          return 'too late';
        },
      },
      next: { run: () => 'ran' },
    },
    async (scene) => {
      const worker = scene.worker({ settings: { concurrency: 1, yieldMs: 50 } });
      const deaf = await scene.create('deaf');
      const ended = await scene.until(deaf, 'failed');
      expect(ended).toMatchObject({ error: { code: 'attempt_timeout' } });
      // The row is there before the worker hears of it.
      await eventually(() => worker.state().abandoned === 1);
      await scene.until(await scene.create('next'), 'succeeded');
      released.open();
      await eventually(() => worker.state().abandoned === 0);
      expect((await scene.read(deaf)).version).toBe(ended.version);
    },
  );
});

describe('a cancel', () => {
  const ran: string[] = [];
  promise(
    'of a pending operation keeps it from ever running',
    { idle: { run: () => ran.push('idle') } },
    async (scene) => {
      const operation = await scene.create('idle');
      await scene.cancel(operation);
      scene.worker();
      await scene.until(await scene.create('idle'), 'succeeded');
      expect(await scene.read(operation)).toMatchObject({ status: 'canceled', error: { effect: 'none' } });
      expect(ran).toEqual(['idle']);
    },
  );

  const waiting: Definitions[string] = {
    retry: AT_ONCE,
    async run(op) {
      const code = await aborted(op.signal);
      throw new Error(code);
    },
  };

  promise('of a running operation reaches the handler at once', { waiting }, async (scene) => {
    const worker = scene.worker({ settings: { leaseMs: 600_000 } });
    const operation = await scene.create('waiting');
    await eventually(() => worker.state().held === 1);
    await scene.cancel(operation);
    expect(await scene.until(operation, 'canceled')).toMatchObject({
      error: { code: 'canceled', effect: 'unknown' },
      lastError: { code: 'canceled' },
    });
  });

  promise('whose hint is lost reaches the handler with the next heartbeat', { waiting }, async (scene) => {
    const worker = scene.worker({ signals: new LocalSignals(), settings: { leaseMs: 600, pollIntervalMs: 50 } });
    const operation = await scene.create('waiting');
    await eventually(() => worker.state().held === 1);
    await scene.cancel(operation);
    await scene.until(operation, 'canceled');
  });

  promise(
    'that comes when the work is done does not undo it',
    { done: { run: async (op) => aborted(op.signal) } },
    async (scene) => {
      const worker = scene.worker();
      const operation = await scene.create('done');
      await eventually(() => worker.state().held === 1);
      await scene.cancel(operation);
      expect(await scene.until(operation, 'succeeded')).toMatchObject({ result: '"canceled"' });
    },
  );
});

describe('a deadline', () => {
  const told = gate<string>();
  promise(
    'that passes tells the handler to stop and ends the operation, whatever the handler does',
    {
      late: {
        async run(op) {
          told.open(await aborted(op.signal));
          return 'after the deadline';
        },
      },
    },
    async (scene) => {
      scene.worker({ settings: { sweepIntervalMs: 600_000 } });
      const operation = await scene.create('late', { deadline: new Date(Date.now() + 400) });
      expect(await told.opened).toBe('deadline_exceeded');
      expect(await scene.until(operation, (seen) => seen.finishedAt !== null)).toMatchObject({
        status: 'failed',
        result: null,
        error: { code: 'deadline_exceeded' },
      });
    },
  );
});
