import { describe, expect, test } from '@jest/globals';
import { Refusal, type Settlement, type SettlementRequest, silentLog } from '@holdfast/kernel';
import { ManualClock, settled } from './manual-clock.spec.support.js';
import { settle, type SettleOutcome } from './settle.js';

const succeed: Settlement = { event: 'succeed', result: '1' };
const fail: Settlement = {
  event: 'fail',
  error: { code: 'handler_error', message: 'no', retryable: true, effect: 'unknown' },
};
const away = new Refusal('database-unavailable');
const rejected = new Error('invalid byte sequence');

/** Settles against a store that answers as told, the last answer for ever; time passes as fast as it can. */
async function settling(settlement: Settlement, answers: (boolean | Error)[], leaseMs = 3_600_000) {
  const clock = new ManualClock();
  const asked: SettlementRequest[] = [];
  const outcomes: SettleOutcome[] = [];
  const ends = clock.monotonicMs() + leaseMs;
  void settle(
    { uuid: 'u', shard: 0, fence: 1, settlement },
    {
      clock,
      random: () => 0.5,
      log: silentLog,
      mayWrite: () => clock.monotonicMs() < ends,
      store: {
        settle: (request) => {
          const answer = answers[Math.min(asked.length, answers.length - 1)] ?? true;
          asked.push(request);
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
      },
    },
  ).then((result) => outcomes.push(result));
  await settled();
  while (outcomes.length === 0 && clock.pending > 0) await clock.move(clock.nextInMs ?? 0);
  return { outcome: outcomes[0], asked, tookMs: clock.monotonicMs() - 1_000 };
}

describe('the end of an attempt', () => {
  test('is written once when all is well', async () => {
    const { outcome, asked } = await settling(succeed, [true]);
    expect(outcome).toEqual({ kind: 'written', settlement: succeed });
    expect(asked).toHaveLength(1);
  });

  test('is not written when the operation belongs to somebody else', async () => {
    const { outcome, asked } = await settling(succeed, [false]);
    expect(outcome).toEqual({ kind: 'not-ours' });
    expect(asked).toHaveLength(1);
  });

  test('is repeated while the database is away, for as long as the lease lasts', async () => {
    const { outcome, asked } = await settling(succeed, [...Array.from({ length: 40 }, () => away), true]);
    expect(outcome).toEqual({ kind: 'written', settlement: succeed });
    expect(new Set(asked.map((request) => request.settlement))).toEqual(new Set([succeed]));
    const given = await settling(succeed, [away], 10_000);
    expect(given.outcome).toEqual({ kind: 'unknown' });
    expect(given.tookMs).toBeGreaterThanOrEqual(10_000);
  });

  test('counts as written when its repetition finds nothing left to do', async () => {
    const { outcome } = await settling(succeed, [away, false]);
    expect(outcome).toEqual({ kind: 'written', settlement: succeed });
  });

  test('is not even tried without the right to write', async () => {
    const { outcome, asked } = await settling(succeed, [true], 0);
    expect(outcome).toEqual({ kind: 'unknown' });
    expect(asked).toHaveLength(0);
  });

  test('fails the operation when the store can never take its result, after longer than any lock is held', async () => {
    const { outcome, asked, tookMs } = await settling(succeed, [...Array.from({ length: 10 }, () => rejected), true]);
    expect(outcome).toMatchObject({
      kind: 'written',
      settlement: { event: 'fail', error: { code: 'result_invalid', retryable: false, effect: 'unknown' } },
    });
    expect(asked).toHaveLength(11);
    expect(tookMs).toBeGreaterThan(10_000);
  });

  test('is given up when the store can take no end at all', async () => {
    expect((await settling(fail, [rejected])).outcome).toEqual({ kind: 'unknown' });
    expect((await settling(succeed, [rejected])).outcome).toEqual({ kind: 'unknown' });
  });
});
