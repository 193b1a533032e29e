import { describe, expect, test } from '@jest/globals';
import type { RunOutcome } from '@holdfast/engine';
import { type ClaimedOperation, DEFAULT_RETRY_POLICY, type OperationError } from '@holdfast/kernel';
import { settlementOf } from './settlement-of.js';
import type { StopCode } from './stop-reason.js';

const error: OperationError = { code: 'handler_error', message: 'no', retryable: true, effect: 'unknown' };
const returned: RunOutcome = { kind: 'returned', result: '1' };
const failed: RunOutcome = { kind: 'failed', error, retryAfterMs: null };
const failedForGood: RunOutcome = { kind: 'failed-for-good', error: { ...error, code: 'card_declined' } };

function settled(outcome: RunOutcome | null, stops: StopCode[] = [], attempt = 1) {
  const claimed: ClaimedOperation = {
    uuid: 'u',
    shard: 0,
    id: 'opn_1',
    tenant: 'default',
    type: 'a.b',
    fence: 1,
    attempt,
    maxAttempts: 3,
    request: '{"type":"a.b"}',
    claimedAtMs: 0,
    deadlineInMs: null,
    cancelRequested: false,
    labels: {},
    traceParent: null,
    dueForMs: 0,
    ageMs: 0,
    pokes: 0,
    compensates: false,
    parentUuid: null,
  };
  return settlementOf({ claimed, policy: DEFAULT_RETRY_POLICY, outcome, stops }, () => 0.5);
}

describe('what is written for a run', () => {
  const everyStop: StopCode[][] = [
    [],
    ['canceled'],
    ['attempt_timeout'],
    ['draining'],
    ['attempt_timeout', 'draining'],
  ];

  test.each(everyStop)('a result stands, whatever the handler was told meanwhile', (...stops) => {
    expect(settled(returned, stops)).toEqual({ event: 'succeed', result: '1' });
  });

  test('a permanent failure stands, unless a cancel was asked for', () => {
    for (const stops of [[], ['attempt_timeout'], ['draining']] as StopCode[][]) {
      expect(settled(failedForGood, stops)).toMatchObject({ event: 'fail', error: { code: 'card_declined' } });
    }
    expect(settled(failedForGood, ['canceled'])).toMatchObject({ event: 'yield-canceled' });
  });

  test('a failure is tried again until the attempts are spent', () => {
    expect(settled(failed, [], 2)).toMatchObject({ event: 'retry', error, delayMs: 200 });
    expect(settled(failed, [], 3)).toEqual({ event: 'fail', error });
  });

  test('a failure after a time-out is the time-out', () => {
    const timeout = { event: 'retry', error: { code: 'attempt_timeout', retryable: true, effect: 'unknown' } };
    expect(settled(failed, ['attempt_timeout'])).toMatchObject(timeout);
    expect(settled(null, ['attempt_timeout'])).toMatchObject(timeout);
    expect(settled(null, ['attempt_timeout'], 3)).toMatchObject({ event: 'fail', error: { code: 'attempt_timeout' } });
  });

  test('a delay the handler asked for is kept after a time-out', () => {
    const delayed: RunOutcome = { kind: 'failed', error, retryAfterMs: 7 };
    expect(settled(delayed, ['attempt_timeout'])).toMatchObject({ error: { code: 'attempt_timeout' }, delayMs: 7 });
  });

  test('a drain hands the operation back, due at once', () => {
    const handedBack = { event: 'suspend', waiting: null, delayMs: 0 };
    expect(settled(failed, ['draining'])).toEqual(handedBack);
    expect(settled(null, ['draining'])).toEqual(handedBack);
    expect(settled(null, ['draining', 'attempt_timeout'], 3)).toEqual(handedBack);
  });

  test('a time-out before a drain still counts', () => {
    expect(settled(null, ['attempt_timeout', 'draining'])).toMatchObject({ event: 'retry' });
  });

  test('a handler that yields to a cancel ends canceled, however it yields', () => {
    for (const outcome of [failed, null]) {
      for (const stops of [['canceled'], ['canceled', 'draining'], ['attempt_timeout', 'canceled']] as StopCode[][]) {
        expect(settled(outcome, stops)).toMatchObject({ event: 'yield-canceled', error: { code: 'canceled' } });
      }
    }
  });
});
