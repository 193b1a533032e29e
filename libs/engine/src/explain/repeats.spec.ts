import { describe, expect, test } from '@jest/globals';
import { date, ended, explained, micros, request, type Told } from './circumstances.spec.support.js';

describe('what each retry was for', () => {
  const retries = (told: Told, status: 'pending' | 'running' | 'failed' = 'running') => explained(status, told).retries;

  test('an attempt that failed: with which error, and how long after', () => {
    const [first, second] = retries({
      operation: { attempt: 3 },
      attempts: [ended(1, 'retry'), ended(2, 'retry')],
      fence: 3,
      claimedAt: date(-20),
    });
    expect(first).toMatchObject({
      code: 'attempt_failed',
      attempt: 2,
      after: { attempt: 1, endedAt: date(-35), error: { code: 'upstream', effect: 'none' }, worker: null },
      at: date(-30),
      delayMs: 5_000,
    });
    expect(first?.detail).toBe('Attempt 2 follows one that failed with upstream, 5000 ms after it.');
    expect(second).toMatchObject({ attempt: 3, at: date(-20), delayMs: 5_000 });
  });

  test('a lost lease: whose', () => {
    const lost = ended(1, 'lose', { workerId: 'w-1', workerName: 'host/1' });
    const [retry] = retries({ operation: { attempt: 2 }, attempts: [lost], fence: 2 });
    expect(retry).toMatchObject({ code: 'lease_lost', after: { worker: { id: 'w-1', name: 'host/1' } } });
    expect(retry?.detail).toContain('whose worker host/1 lost its lease');
    const [forgotten] = retries({ operation: { attempt: 2 }, attempts: [{ ...lost, workerName: null }], fence: 2 });
    expect(forgotten?.detail).toContain('whose worker w-1 lost its lease');
  });

  test('one that is still to come: when it is due', () => {
    const operation = { attempt: 2, runAt: date(4) };
    const [retry] = retries({ operation, attempts: [ended(1, 'retry')], fence: 1 }, 'pending');
    expect(retry).toMatchObject({ attempt: 2, at: date(4), delayMs: 39_000 });
  });

  test('a resume of the failed operation: why, in the words of who asked', () => {
    const [retry] = retries({
      operation: { attempt: 2 },
      attempts: [ended(1, 'fail')],
      resumes: [{ requestedAt: micros(-30), reason: 'The bank is back.' }],
      fence: 2,
    });
    expect(retry).toMatchObject({ code: 'resumed', detail: expect.stringContaining('«The bank is back.»') });
  });

  test('claims no begin for an attempt of which only a later claim is known', () => {
    const attempts = [ended(1, 'retry'), ended(2, 'retry', { fence: 5 })];
    const [first, second] = retries({ operation: { attempt: 3 }, attempts, fence: 8 });
    expect([first?.at, first?.delayMs, second?.at]).toEqual([null, null, null]);
  });

  test('an attempt that ended the operation led to none', () => {
    expect(retries({ operation: { attempt: 2 }, attempts: [ended(2, 'fail')], fence: 2 }, 'failed')).toEqual([]);
  });
});

describe('why a request was answered as it was', () => {
  const rows = [request('replayed', -40, { attempt: 2, reason: 'timeout' }), request('replayed', -1)];
  const told = { requests: { createdIsWritten: false, written: 2, rows } };

  test('the create, the replays while it was under way, and those after its end, by number', () => {
    const { requests } = explained('succeeded', told);
    expect(requests.map(({ number, code }) => [number, code])).toEqual([
      [1, 'created'],
      [2, 'replayed'],
      [3, 'replayed_after_end'],
    ]);
    expect(requests[1]).toMatchObject({ attempt: 2, reason: 'timeout', at: date(-40) });
    expect(requests[1]?.detail).toMatch(/so nothing was begun.* The client called it attempt 2 after timeout\.$/);
    expect(requests[2]?.detail).toContain('the operation had succeeded');
  });

  test('a create that was written down is not told twice', () => {
    const written = [request('created', -60, { attempt: 3 }), ...rows];
    const { requests } = explained('running', { requests: { createdIsWritten: true, written: 3, rows: written } });
    expect(requests.map(({ number, code }) => [number, code])).toEqual([
      [1, 'created'],
      [2, 'replayed'],
      [3, 'replayed'],
    ]);
  });

  test('the newest of many keep their numbers, as far as they are counted', () => {
    const many = (written: number) =>
      explained('running', { requests: { createdIsWritten: false, written, rows } }).requests.map(
        ({ number }) => number,
      );
    expect(many(40)).toEqual([40, 41]);
    expect(many(1_001)).toEqual([null, null]);
  });

  test('the one that was asked for, or none', () => {
    const seen = (number: number, found: typeof rows) =>
      explained('running', { requests: { ...told.requests, rows: found } }, { request: number }).requests;
    expect(seen(3, rows.slice(1))).toMatchObject([{ number: 3, code: 'replayed' }]);
    expect(seen(1, [])).toMatchObject([{ number: 1, code: 'created', at: date(-60) }]);
    expect(seen(9, [])).toEqual([]);
  });

  test('no request created a child', () => {
    expect(explained('running', { isChild: true }).requests).toEqual([]);
  });
});
