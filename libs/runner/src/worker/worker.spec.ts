import { afterAll, describe, expect } from '@jest/globals';
import type { PostgresStore } from '@holdfast/store';
import { LocalSignals } from '@holdfast/testkit';
import { aborted, type Definitions, eventually, gate, promises } from './scene.spec.support.js';

const { promise, close } = promises();
afterAll(close);

const refuse = () => {
  throw hostile;
};
/** Throws itself when anybody asks it anything, also whether it is a promise. */
const hostile: object = new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse });

/** Ends the attempts of a handler without long waits in between. */
const AT_ONCE = { initialDelayMs: 0, maxDelayMs: 0 };

describe('an operation that ends well', () => {
  promise(
    'succeeds with what its handler returned',
    { greet: { run: (op) => ({ hello: op.input, attempt: op.attempt, red: op.labels['red'] }) } },
    async (scene) => {
      scene.worker();
      const operation = await scene.create('greet', { input: 'world', labels: { red: 'yes' } });
      const ended = await scene.until(operation, 'succeeded');
      expect(JSON.parse(ended.result ?? '')).toEqual({ hello: 'world', attempt: 1, red: 'yes' });
      expect(ended).toMatchObject({ attempt: 1, error: null, lastError: null });
    },
  );

  promise(
    'succeeds without a result when its handler returns nothing',
    { quiet: { run: () => undefined } },
    async (scene) => {
      scene.worker();
      expect(await scene.until(await scene.create('quiet'), 'succeeded')).toMatchObject({ result: null });
    },
  );

  promise(
    'shows its progress while it runs, and the last of it when it has ended',
    {
      walk: {
        async run(op) {
          await op.progress({ completed: 1, total: 3 });
          await aborted(op.signal);
          void op.progress({ completed: 2, total: 3 });
          void op.progress({ completed: 3, total: 3 });
          return 'done';
        },
      },
    },
    async (scene) => {
      scene.worker();
      const operation = await scene.create('walk');
      const running = await scene.until(operation, (seen) => seen.progress !== null);
      expect(running).toMatchObject({ status: 'running', progress: '{"completed":1,"total":3}' });
      await scene.cancel(operation);
      expect(await scene.until(operation, 'succeeded')).toMatchObject({ progress: '{"completed":3,"total":3}' });
    },
  );
});

describe('an operation that fails', () => {
  promise(
    'is tried again after its backoff and may still succeed',
    {
      flaky: {
        retry: AT_ONCE,
        run(op) {
          if (op.attempt < 3) throw new Error(`no luck in attempt ${op.attempt}`);
          return op.attempt;
        },
      },
    },
    async (scene) => {
      scene.worker();
      const ended = await scene.until(await scene.create('flaky'), 'succeeded');
      expect(ended).toMatchObject({ attempt: 3, result: '3', lastError: { message: 'no luck in attempt 2' } });
    },
  );

  promise(
    'ends failed when its attempts are spent',
    { hopeless: { retry: { ...AT_ONCE, maxAttempts: 3 }, run: () => Promise.reject(new Error('never')) } },
    async (scene) => {
      scene.worker();
      expect(await scene.until(await scene.create('hopeless'), 'failed')).toMatchObject({
        attempt: 3,
        error: { code: 'handler_error', message: 'never', retryable: true, effect: 'unknown' },
      });
    },
  );

  promise(
    'ends at once when the handler says that it is permanent',
    {
      charge: {
        run(op) {
          throw op.fail('card_declined', 'No funds.', { effect: 'none', details: { left: 0 } });
        },
      },
    },
    async (scene) => {
      scene.worker();
      expect(await scene.until(await scene.create('charge'), 'failed')).toMatchObject({
        attempt: 1,
        error: { code: 'card_declined', message: 'No funds.', retryable: false, effect: 'none', details: { left: 0 } },
      });
    },
  );

  promise(
    'waits as long as the handler asked for',
    {
      throttled: {
        retry: { initialDelayMs: 60_000 },
        run(op) {
          if (op.attempt === 1) throw op.retryAfter(400, new Error('slow down'));
          return 'ok';
        },
      },
    },
    async (scene) => {
      scene.worker({ settings: { pollIntervalMs: 60_000 } });
      const operation = await scene.create('throttled');
      const waiting = await scene.until(operation, (seen) => seen.waiting !== null);
      expect(waiting).toMatchObject({
        status: 'pending',
        waiting: { reason: 'retry' },
        lastError: { message: 'slow down' },
      });
      const ended = await scene.until(operation, 'succeeded');
      const waited = (ended.finishedAt?.getTime() ?? 0) - waiting.updatedAt.getTime();
      expect(waited).toBeGreaterThanOrEqual(399);
      expect(waited).toBeLessThan(3_000);
    },
  );

  promise(
    'survives whatever is thrown, and harms no other',
    {
      odd: {
        retry: { maxAttempts: 1 },
        run(op) {
          switch (op.input as string) {
            case 'undefined':
              throw undefined;
            case 'proxy':
              throw hostile;
            case 'surrogate':
              throw new Error('a\0b\ud800');
            case 'thenable':
              return hostile;
            case 'bigint':
              return 1n;
            default:
              return 'fine';
          }
        },
      },
    },
    async (scene) => {
      scene.worker();
      const inputs = ['undefined', 'proxy', 'surrogate', 'thenable', 'bigint', 'none'];
      const created = await Promise.all(inputs.map((input) => scene.create('odd', { input })));
      const ended = await Promise.all(
        created.map((operation) => scene.until(operation, (seen) => seen.finishedAt !== null)),
      );
      expect(ended.map((operation) => operation.error?.message ?? operation.result)).toEqual([
        'The handler threw undefined.',
        'The handler threw something without a message.',
        'a\uFFFDb\uFFFD',
        'The handler threw something without a message.',
        'The result cannot be stored: it contains a BigInt.',
        '"fine"',
      ]);
      expect(ended[4]?.error?.code).toBe('result_invalid');
    },
  );
});

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
      expect(worker.state()).toMatchObject({ abandoned: 1 });
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
    expect(after).toBeLessThan(3_000);
  });

  promise('finds by polling what no hint told of', { silent: { run: () => 1 } }, async (scene) => {
    scene.worker({ signals: new LocalSignals(), settings: { pollIntervalMs: 100 } });
    await scene.until(await scene.create('silent'), 'succeeded');
  });
});
