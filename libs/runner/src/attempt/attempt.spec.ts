import { expect, test } from '@jest/globals';
import { type AttemptView, type ClaimedOperation, silentLog, systemClock, unobserved } from '@holdfast/kernel';
import { Attempt, type AttemptParts } from './attempt.js';

const CLAIMED = { uuid: 'u', shard: 0, fence: 1, id: 'opn_1', deadlineInMs: 0, labels: {} } as ClaimedOperation;
const TYPE = { attemptTimeoutMs: null } as ConstructorParameters<typeof Attempt>[2];

test('an attempt that its deadline has ended does not lose its lease as well', async () => {
  let view: AttemptView | null = null;
  const observer: AttemptParts['observer'] = {
    ...unobserved,
    attempt: (_, run, shown) => {
      view = shown;
      return run();
    },
  };
  // Stores are not among them: a handler without a durable call never asks for one.
  const parts = { observer, clock: systemClock, random: Math.random, log: silentLog, yieldMs: 60_000 };
  const around = { ...parts, onDeadline: () => undefined, onProgress: () => undefined } as unknown as AttemptParts;
  const attempt: Attempt = new Attempt(around, CLAIMED, TYPE, ({ signal }) => {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        // The heartbeat finds that it is no longer held while the handler is still on its way to its end.
        attempt.stop('lease_lost');
        resolve(null);
      });
    });
  });
  expect(await attempt.run()).toBeNull();
  expect((view as AttemptView | null)?.stops()).toEqual(['deadline_exceeded']);
});
