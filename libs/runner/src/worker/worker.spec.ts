import { afterAll, describe, expect } from '@jest/globals';
import { aborted, promises } from './scene.spec.support.js';

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
