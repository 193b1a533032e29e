import { describe, expect, test } from '@jest/globals';
import type { OperationError } from '@holdfast/kernel';
import { date, ERROR, explained, micros, openStep, type Told, WORKER } from './circumstances.spec.support.js';

const codesOf = ({ reasons }: ReturnType<typeof explained>) => reasons.map(({ code }) => code);

describe('a running operation', () => {
  test('says which worker runs it, since when, and how its lease stands', () => {
    const { reasons, summary, next } = explained('running', { operation: { attempt: 2 } });
    expect(reasons).toMatchObject([
      {
        code: 'running',
        data: {
          attempt: 2,
          worker: { id: 'w-1', name: 'host/1' },
          since: date(-50),
          lastHeartbeatAt: date(-2),
          leaseUntil: date(8),
        },
      },
    ]);
    expect(summary).toMatch(/^Attempt 2 has been running on the worker host\/1 since /);
    expect(next).toMatchObject({ event: null, at: null });
  });

  test('says which step runs and which was recorded last', () => {
    const openSteps = [openStep('step', 'pay out'), openStep('step', 'of an earlier claim', { fence: 0 })];
    const latestStep = { kind: 'step', name: 'quote', ordinal: 0, finishedAt: micros(-30) } as const;
    const { reasons } = explained('running', { openSteps, latestStep });
    expect(reasons.slice(1)).toMatchObject([
      { code: 'step_running', data: { name: 'pay out', since: date(-20) } },
      { code: 'step_recorded', data: { kind: 'step', name: 'quote', at: date(-30) } },
    ]);
  });

  test('says that it was asked to stop, and that its handler has to yield', () => {
    const seen = explained('running', { operation: { cancelRequestedAt: date(-3) }, compensates: true });
    expect(codesOf(seen)).toEqual(['running', 'cancel_requested', 'undoing']);
    expect(seen.next).toMatchObject({ event: 'yield-canceled', at: null });
  });

  test('says that its lease is over, and that the sweep takes it back', () => {
    const { reasons, next } = explained('running', {
      lease: { workerId: 'w-1', worker: { ...WORKER, leaseUntil: date(-1) }, isOver: true },
    });
    expect(reasons).toMatchObject([{ code: 'lease_over', data: { worker: { name: 'host/1' }, leaseUntil: date(-1) } }]);
    expect(next).toMatchObject({ event: 'lose', at: date(-1) });
  });

  test('says so, too, when its worker is gone', () => {
    const { summary, next } = explained('running', { lease: { workerId: 'w-9', worker: null, isOver: true } });
    expect(summary).toContain('on the worker w-9 is over; the next sweep');
    expect(next).toMatchObject({ event: 'lose', at: null });
  });

  test('says that its deadline is over, unless it is undone first', () => {
    const operation = { deadline: date(-1) };
    const seen = explained('running', { operation });
    expect(codesOf(seen)).toEqual(['deadline_over', 'running']);
    expect(seen.next).toMatchObject({ event: 'expire', at: date(-1) });
    expect(codesOf(explained('running', { operation, compensates: true }))).toEqual(['running', 'undoing']);
  });
});

describe('a deadline that is still to come', () => {
  const operation = { deadline: date(30) };

  test.each(['pending', 'running'] as const)('is told of a %s operation, which it will end', (status) => {
    expect(explained(status, { operation }).reasons).toContainEqual({
      code: 'deadline_ahead',
      detail: `It fails if it has not ended by its deadline, ${date(30).toISOString()}.`,
      data: { deadline: date(30) },
    });
  });

  test('is nothing to tell of what has ended', () => {
    for (const status of ['succeeded', 'failed', 'canceled'] as const) {
      expect(codesOf(explained(status, { operation }))).not.toContain('deadline_ahead');
    }
  });
});

describe('an operation that has ended', () => {
  test('succeeded: on which attempt; nothing moves it any more', () => {
    const { reasons, next } = explained('succeeded', { operation: { attempt: 3 } });
    expect(reasons).toMatchObject([{ code: 'succeeded', data: { attempt: 3, at: date(-5) } }]);
    expect(next).toBeNull();
  });

  test('canceled: before it ran, or after', () => {
    const before = explained('canceled', { operation: { startedAt: null } });
    expect(before.reasons).toMatchObject([{ code: 'canceled_before_start', data: { at: date(-5) } }]);
    const error = { ...ERROR, effect: 'unknown' } as const;
    const after = explained('canceled', { operation: { cancelRequestedAt: date(-8), error } });
    expect(after.reasons).toMatchObject([
      { code: 'canceled_after_start', data: { requestedAt: date(-8), at: date(-5) } },
      { code: 'effect_unknown' },
    ]);
    expect([before.next, after.next]).toEqual([null, null]);
  });

  const failure = (changes: Partial<OperationError>, told: Told = {}) =>
    explained('failed', { ...told, operation: { ...told.operation, error: { ...ERROR, ...changes } } });

  test.each([
    ['failed_for_good', failure({ retryable: false })],
    ['failed_for_good', failure({}, { operation: { attempt: 1 } })],
    ['attempts_spent', failure({}, { operation: { attempt: 3 } })],
    ['deadline_exceeded', failure({ code: 'deadline_exceeded' })],
    ['worker_lost', failure({ code: 'worker_lost' }, { lost: 5 })],
    ['restored', failure({ code: 'restored', retryable: true })],
    ['decision_awaited', failure({ code: 'outcome_unknown', retryable: false })],
  ])('failed: %s, and it stays so until somebody resumes it', (code, seen) => {
    expect(codesOf(seen)).toEqual([code, 'resumable']);
    expect(seen.next).toMatchObject({ event: 'resume', at: null });
  });

  test('failed: names the step that a person has to decide about, and asks for the decision', () => {
    const { reasons } = failure({ code: 'outcome_unknown' }, { openSteps: [openStep('step', 'pay out')] });
    expect(reasons).toMatchObject([
      { code: 'decision_awaited', data: { step: 'pay out' } },
      { code: 'resumable', data: { needs: ['decision'] } },
    ]);
  });

  test('failed: asks for a new deadline when the old one is over', () => {
    const { reasons } = failure({ code: 'deadline_exceeded' }, { operation: { deadline: date(-6) } });
    expect(reasons.at(-1)).toMatchObject({
      data: { needs: ['deadline'] },
      detail: expect.stringContaining('with a deadline'),
    });
  });

  test('failed: says that nobody knows what happened outside', () => {
    expect(codesOf(failure({ effect: 'unknown' }))).toEqual(['failed_for_good', 'effect_unknown', 'resumable']);
  });
});
