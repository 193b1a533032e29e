import { describe, expect, test } from '@jest/globals';
import {
  newUuid,
  type Operation,
  type OperationError,
  type OperationHistory,
  type PastAttempt,
  type PastStep,
  shardOfUuid,
  type Status,
  type TimelineEvent,
  TIMELINE_EVENTS,
} from '@holdfast/kernel';
import fc from 'fast-check';
import { attemptsOf } from './attempts.js';
import { eventsOf, isEnd } from './events.js';
import { stepsOf } from './steps.js';

const T0 = 1_800_000_000_000_000;
const ERROR: OperationError = { code: 'no', message: 'No.', retryable: true, effect: 'none' };
const DATE = new Date(T0 / 1_000);
const UUID = newUuid(T0 / 1_000, 7);

function operation(status: Status): Operation {
  const ended = status !== 'pending' && status !== 'running';
  return {
    uuid: UUID,
    shard: shardOfUuid(UUID),
    id: 'opn_1',
    tenant: 'tenant',
    type: 'test',
    status,
    version: 1,
    attempt: 1,
    maxAttempts: 5,
    lastError: null,
    waiting: null,
    progress: null,
    result: null,
    error: status === 'failed' || status === 'canceled' ? ERROR : null,
    idempotencyKey: 'key',
    replayWindowMs: 1,
    priority: 0,
    labels: {},
    traceId: null,
    traceParent: null,
    runAt: DATE,
    deadline: null,
    createdAt: DATE,
    startedAt: null,
    updatedAt: DATE,
    finishedAt: ended ? DATE : null,
    cancelRequestedAt: null,
  };
}

function history(status: Status, told: Partial<OperationHistory> = {}): OperationHistory {
  return {
    operation: operation(status),
    fence: 1,
    isChild: false,
    createdAt: T0,
    startedAt: null,
    claimedAt: null,
    updatedAt: T0,
    finishedAt: null,
    cancelRequestedAt: null,
    attempts: [],
    steps: [],
    signals: [],
    resumes: [],
    requests: [],
    ...told,
  };
}

function step(name: string, at: number, told: Partial<PastStep> = {}): PastStep {
  const times = { startedAt: T0 + at, finishedAt: T0 + at };
  return { kind: 'step', name, ordinal: 0, fence: 1, dueAt: null, error: null, ...times, ...told };
}

function lost(fence: number, at: number): PastAttempt {
  return { number: fence, fence, startedAt: T0, endedAt: T0 + at, outcome: 'lose', error: ERROR };
}

const line = ({ type, data }: TimelineEvent) =>
  `${type} ${typeof data['name'] === 'string' ? data['name'] : ''}`.trim();

describe('a step that was under way when its worker was lost', () => {
  test('is told as begun again: the first that was finished under a later claim', () => {
    const events = eventsOf(
      history('running', {
        attempts: [lost(1, 20)],
        steps: [step('a', 10), step('b', 30, { fence: 2 }), step('c', 40, { fence: 2 })],
      }),
    );
    expect(events.map(line)).toEqual([
      'operation.created',
      'step.completed a',
      'attempt.lost',
      'step.rerun b',
      'step.completed b',
      'step.completed c',
    ]);
  });

  test('is told once when several workers were lost over it', () => {
    const events = eventsOf(
      history('running', { attempts: [lost(1, 20), lost(2, 25)], steps: [step('b', 30, { fence: 3 })] }),
    );
    const rerun = events.filter(({ type }) => type === 'step.rerun');
    expect(rerun.map(({ data }) => data)).toEqual([{ kind: 'step', name: 'b', ordinal: 0, lostAttempt: 2 }]);
  });

  test('is not told of an attempt that failed by itself, nor of a wait', () => {
    const failed = { ...lost(1, 20), outcome: 'retry' };
    const nap = step('nap', 30, { kind: 'sleep', fence: 2, finishedAt: null, dueAt: T0 + 90 });
    for (const attempts of [[failed], [lost(1, 20)]]) {
      const steps = attempts[0] === failed ? [step('b', 40, { fence: 2 })] : [nap];
      expect(eventsOf(history('running', { attempts, steps })).map(({ type }) => type)).not.toContain('step.rerun');
    }
  });
});

const moment = fc.integer({ min: 0, max: 40 });
const someStep = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    ordinal: fc.nat(3),
    at: moment,
    kind: fc.constantFrom('step' as const, 'transaction' as const, 'sleep' as const, 'call' as const),
    open: fc.boolean(),
  })
  .map(({ name, ordinal, at, kind, open }) => step(name, at, { ordinal, kind, ...(open ? { finishedAt: null } : {}) }));
const someHistory = fc
  .record({
    status: fc.constantFrom<Status>('pending', 'running', 'succeeded', 'failed', 'canceled'),
    steps: fc.uniqueArray(someStep, { maxLength: 20, selector: ({ kind, name, ordinal }) => kind + name + ordinal }),
    attempts: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 5 }), moment), { selector: ([fence]) => fence }),
    signals: fc.uniqueArray(fc.tuple(fc.nat(9), moment), { selector: ([sequence]) => sequence }),
    finishedAt: moment,
  })
  .map(({ status, steps, attempts, signals, finishedAt }) =>
    history(status, {
      steps,
      attempts: attempts.map(([fence, at]) => lost(fence, at)),
      signals: signals.map(([sequence, at]) => ({ name: `s${sequence}`, sequence, receivedAt: T0 + at })),
      finishedAt: operation(status).finishedAt ? T0 + finishedAt : null,
    }),
  );

describe('whatever has happened', () => {
  test('ids grow, are safe integers, and begin with the create', () => {
    fc.assert(
      fc.property(someHistory, (story) => {
        const events = eventsOf(story);
        expect(events[0]).toMatchObject({ id: T0, type: 'operation.created' });
        for (let index = 1; index < events.length; index += 1) {
          expect(events[index]?.id).toBeGreaterThan(events[index - 1]?.id as number);
        }
        expect(events.every(({ id, type }) => Number.isSafeInteger(id) && TIMELINE_EVENTS.includes(type))).toBe(true);
      }),
    );
  });

  test('the end comes last, and only when it has come', () => {
    fc.assert(
      fc.property(someHistory, (story) => {
        const events = eventsOf(story);
        const ends = events.filter(isEnd);
        expect(ends).toHaveLength(story.finishedAt === null ? 0 : 1);
        if (ends.length > 0) expect(events.at(-1)).toBe(ends[0]);
      }),
    );
  });

  test('the order in which rows are read makes no difference', () => {
    fc.assert(
      fc.property(someHistory, (story) => {
        const turned = { ...story, steps: story.steps.toReversed(), signals: story.signals.toReversed() };
        expect(eventsOf(turned)).toEqual(eventsOf(story));
      }),
    );
  });

  test('what happens later changes nothing that was told', () => {
    fc.assert(
      fc.property(someHistory, fc.integer({ min: 100, max: 200 }), (story, at) => {
        const live = { ...story, operation: operation('running'), finishedAt: null };
        const later = { ...live, steps: [...live.steps, step('later', at, { fence: 9, kind: 'signal' })] };
        const before = eventsOf(live);
        expect(eventsOf(later).slice(0, before.length)).toEqual(before);
      }),
    );
  });
});

describe('what is known of the latest claim', () => {
  test.each<[Status, string]>([
    ['running', 'running'],
    ['pending', 'suspended'],
    ['succeeded', 'succeeded'],
    ['canceled', 'canceled'],
  ])('%s: the attempt is %s', (status, outcome) => {
    const finishedAt = operation(status).finishedAt ? T0 + 9 : null;
    expect(attemptsOf(history(status, { claimedAt: T0 + 1, finishedAt }))).toMatchObject([{ number: 1, outcome }]);
  });

  test('that ended without success comes from its row alone', () => {
    expect(attemptsOf(history('pending', { claimedAt: T0 + 1, attempts: [lost(1, 9)] }))).toMatchObject([
      { number: 1, outcome: 'lost' },
    ]);
  });

  test('of a first attempt that waited in between, the beginning is that of the operation', () => {
    const [attempt] = attemptsOf(history('running', { claimedAt: T0 + 90_000, startedAt: T0 + 1_000 }));
    expect(attempt?.startedAt).toEqual(new Date(T0 / 1_000 + 1));
  });

  test('before the first one there is none', () => {
    expect(attemptsOf(history('pending'))).toEqual([]);
  });
});

test('a timer is over when something happened after it was due, whatever the clock says', () => {
  const nap = step('nap', 10, { kind: 'sleep', finishedAt: null, dueAt: T0 + 50 });
  expect(stepsOf(history('pending', { steps: [nap] }))).toMatchObject([{ status: 'waiting', finishedAt: null }]);
  expect(stepsOf(history('running', { steps: [nap], updatedAt: T0 + 60 }))).toMatchObject([{ status: 'completed' }]);
  expect(stepsOf(history('canceled', { steps: [nap], finishedAt: T0 + 20, updatedAt: T0 + 20 }))).toMatchObject([
    { status: 'abandoned' },
  ]);
});
