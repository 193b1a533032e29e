import { describe, expect, test } from '@jest/globals';
import type { LaneTraffic, Waiting } from '@holdfast/kernel';
import {
  circumstances,
  date,
  ERROR,
  explained,
  micros,
  openStep,
  QUIET,
  type Told,
} from './circumstances.spec.support.js';
import { isInLine } from './pending.js';

const waiting = (reason: Waiting['reason'], until: Date | null, name: string | null = null) => ({
  waiting: { reason, until, name },
  runAt: until ?? date(-10),
});
const inLine = (traffic: Partial<LaneTraffic>, told: Told = {}) =>
  explained('pending', told, { traffic: { ...QUIET, ...traffic } });

describe('an operation that is not due', () => {
  test('says that it was asked to begin later', () => {
    const { summary, reasons, next } = explained('pending', { operation: waiting('schedule', date(30)) });
    expect(reasons).toEqual([{ code: 'scheduled', detail: summary, data: { until: date(30) } }]);
    expect(summary).toBe('It was asked to begin at 2030-01-01T12:00:30.000Z.');
    expect(next).toMatchObject({ event: 'claim', at: date(30) });
  });

  test('says after which failure it waits, and when the next attempt is due', () => {
    const { reasons, next } = explained('pending', {
      operation: { ...waiting('retry', date(4)), attempt: 2, lastError: ERROR },
    });
    expect(reasons).toMatchObject([
      { code: 'retry_backoff', data: { until: date(4), attempt: 2, errorCode: 'upstream' } },
    ]);
    expect(next).toMatchObject({ event: 'claim', at: date(4) });
  });

  test('is moved by its deadline when that comes first', () => {
    const operation = { ...waiting('retry', date(40)), deadline: date(9) };
    expect(explained('pending', { operation }).next).toMatchObject({ event: 'expire', at: date(9) });
  });

  test('is not ended by its deadline while it has something to undo', () => {
    const operation = { ...waiting('retry', date(40)), deadline: date(9) };
    expect(explained('pending', { operation, compensates: true }).next).toMatchObject({ event: 'claim' });
  });
});

describe('an operation whose handler waits', () => {
  test('names the timer and its end', () => {
    const openSteps = [openStep('sleep', 'cool-down', { dueAt: micros(25) })];
    const { reasons, next } = explained('pending', { operation: waiting('timer', date(25), 'cool-down'), openSteps });
    expect(reasons).toMatchObject([{ code: 'waiting_for_timer', data: { name: 'cool-down', until: date(25) } }]);
    expect(next).toMatchObject({ event: 'claim', at: date(25) });
  });

  test.each([
    { until: null, words: 'without end' },
    { until: date(60), words: 'until 2030-01-01T12:01:00.000Z at the latest' },
  ])('names the signal, and says that it waits $words', ({ until, words }) => {
    const openSteps = [openStep('signal', 'approval', { dueAt: until && micros(60) })];
    const { summary, reasons, next } = explained('pending', {
      operation: waiting('signal', until, 'approval'),
      openSteps,
    });
    expect(reasons).toMatchObject([{ code: 'waiting_for_signal', data: { name: 'approval', until } }]);
    expect(summary).toBe(`It waits for the signal «approval», ${words}.`);
    expect(next).toMatchObject({ event: 'claim', at: until });
  });

  test('names the operation it called, and where that is', () => {
    const openSteps = [openStep('call', 'pack', { childUuid: 'child' })];
    const child = { id: 'opn_2', type: 'parcel.pack', status: 'running' } as const;
    const { summary, reasons, next } = explained(
      'pending',
      { operation: waiting('child', null, 'pack'), openSteps },
      { children: new Map([['child', child]]) },
    );
    expect(reasons).toMatchObject([{ code: 'waiting_for_child', data: { name: 'pack', child } }]);
    expect(summary).toContain('opn_2 is running');
    expect(next).toMatchObject({ event: 'claim', at: null });
  });

  test('names everything it waits for, first what the row names, and no timer that is over', () => {
    const openSteps = [
      openStep('sleep', 'over', { dueAt: micros(-1) }),
      openStep('sleep', 'nap', { dueAt: micros(90) }),
      openStep('signal', 'yes'),
      openStep('call', 'pack'),
    ];
    const { reasons } = explained('pending', { operation: waiting('signal', null, 'yes'), openSteps });
    expect(reasons.map(({ code }) => code)).toEqual(['waiting_for_signal', 'waiting_for_timer', 'waiting_for_child']);
  });

  test.each([
    ['timer', date(5), 'waiting_for_timer'],
    ['signal', null, 'waiting_for_signal'],
    ['child', null, 'waiting_for_child'],
  ] as const)('is believed by its row when no step tells of the %s', (reason, until, code) => {
    const { reasons } = explained('pending', { operation: waiting(reason, until, 'it') });
    expect(reasons).toMatchObject([{ code, data: { name: 'it' } }]);
  });
});

describe('an operation that is due', () => {
  test('stands in line when nothing else is awaited', () => {
    expect(isInLine(circumstances('pending'))).toBe(true);
    expect(isInLine(circumstances('pending', { operation: waiting('retry', date(-1)) }))).toBe(true);
    expect(isInLine(circumstances('pending', { operation: waiting('signal', date(-1)) }))).toBe(true);
    expect(isInLine(circumstances('pending', { operation: waiting('signal', null) }))).toBe(false);
    expect(isInLine(circumstances('pending', { operation: waiting('timer', date(1)) }))).toBe(false);
    expect(isInLine(circumstances('running'))).toBe(false);
  });

  test('says that no worker is alive', () => {
    const { reasons, next } = inLine({ live: 0, knowType: 0, knowLane: 0 });
    expect(reasons).toMatchObject([{ code: 'no_worker', data: {} }]);
    expect(next).toMatchObject({ event: 'claim', at: null, detail: expect.stringContaining('knows it') });
  });

  test('says that nobody alive knows its type', () => {
    const { reasons } = inLine({ live: 3, knowType: 0, knowLane: 0 });
    expect(reasons).toMatchObject([{ code: 'no_worker_for_type', data: { type: 'invoice.charge', workers: 3 } }]);
  });

  test('says that its type is known in other versions only, and in which', () => {
    const lanes = ['invoice.charge', 'invoice.charge@1'];
    const { summary, reasons } = inLine({ live: 3, knowType: 2, knowLane: 0, lanes }, { typeVersion: '2' });
    expect(reasons).toMatchObject([{ code: 'no_worker_for_version', data: { version: '2', known: [null, '1'] } }]);
    expect(summary).toContain('in version 2; known: without a version, in version 1.');
  });

  test('says that all slots are taken, and how many others come first', () => {
    const { reasons, next } = inLine({ slots: 4, held: 4, knowLane: 2, ahead: 7 });
    expect(reasons).toMatchObject([
      { code: 'slots_busy', data: { slots: 4, workers: 2 } },
      { code: 'in_line', data: { ahead: 7, isExact: true } },
    ]);
    expect(next).toMatchObject({ event: 'claim', at: null });
  });

  test('says «at least» when it did not count to the end', () => {
    const { summary } = inLine({ ahead: 1_000 });
    expect(summary).toContain('at least 1000 others');
    expect(inLine({ ahead: 1 }).summary).toContain('; 1 other of its type comes');
  });

  test('says that it is next', () => {
    expect(inLine({}).reasons).toMatchObject([{ code: 'about_to_start', data: {} }]);
  });

  test('says that its deadline is over, and that the sweep ends it', () => {
    const { reasons, next } = inLine({}, { operation: { deadline: date(-1) } });
    expect(reasons.map(({ code }) => code)).toEqual(['deadline_over', 'about_to_start']);
    expect(next).toMatchObject({ event: 'expire', at: date(-1) });
  });

  test.each([
    ['canceled', { operation: { cancelRequestedAt: date(-3) } }],
    ['failed', { isUndoing: true }],
    ['deadline', { operation: { deadline: date(-3) } }],
  ] as const)('says that what it did is undone (%s)', (because, told) => {
    const { reasons } = inLine({}, { ...told, compensates: true });
    expect(reasons.at(-1)).toMatchObject({ code: 'undoing', data: { because } });
  });
});
