import { describe, expect, test } from '@jest/globals';
import { type ClaimedOperation, type Log, silentLog } from '@holdfast/kernel';
import type { DurableCalls } from './durable-calls.js';
import { operationContext } from './operation-context.js';
import { logFor } from './operation-log.js';
import type { ProgressWriter } from './progress-writer.js';

const claimed: ClaimedOperation = {
  uuid: 'u',
  shard: 0,
  id: 'opn_1',
  tenant: 'default',
  type: 'a.b',
  fence: 1,
  attempt: 2,
  maxAttempts: 3,
  request: '{"input":{"list":[1],"__proto__":{"x":1}},"type":"a.b"}',
  claimedAtMs: 0,
  deadlineInMs: null,
  cancelRequested: false,
  labels: { team: 'red' },
  traceParent: null,
  dueForMs: 0,
  ageMs: 0,
  pokes: 0,
  compensates: false,
  parentUuid: null,
};
const { signal } = new AbortController();
const progress = { report: (value: unknown) => Promise.resolve(value) } as unknown as ProgressWriter;

const calls = {} as DurableCalls;
const parts = { claimed, signal, progress, calls, log: silentLog };

describe('the context of a handler', () => {
  test('tells who, what and how often, and can be destructured', async () => {
    const op = operationContext(parts);
    const { id, type, attempt, labels, idempotencyKey, fail, retryAfter, progress: report } = op;
    expect({ id, type, attempt, labels }).toEqual({ id: 'opn_1', type: 'a.b', attempt: 2, labels: { team: 'red' } });
    expect(idempotencyKey('x')).toBe('opn_1:x');
    expect(fail('a', 'b')).toBeInstanceOf(Error);
    expect(retryAfter(1)).toBeInstanceOf(Error);
    expect(await report({ completed: 1 })).toEqual({ completed: 1 });
  });

  test('gives each attempt an input of its own', () => {
    const one = operationContext(parts);
    (one.input as { list: number[] }).list.push(2);
    const other = operationContext(parts);
    expect(JSON.stringify(other.input)).toBe('{"list":[1],"__proto__":{"x":1}}');
  });

  test('has null for an input that was not sent', () => {
    const op = operationContext({ ...parts, claimed: { ...claimed, request: '{"type":"a"}' } });
    expect(op.input).toBeNull();
  });

  test('logs with the operation on every line, which a handler cannot change', () => {
    const lines: unknown[] = [];
    const keep = (message: string, fields?: object) => lines.push({ message, ...fields });
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
    logFor(log, claimed).warn('careful', { amount: 3, operationId: 'another' });
    expect(lines).toEqual([{ message: 'careful', amount: 3, operationId: 'opn_1', operationType: 'a.b', attempt: 2 }]);
  });

  test('links the trace on lines about a failure, where it has one and somebody knows its place', () => {
    const lines: Record<string, unknown>[] = [];
    const keep = (message: string, fields?: object) => lines.push({ message, ...fields });
    const log: Log = { debug: keep, info: keep, warn: keep, error: keep };
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const traced = { ...claimed, traceParent: `00-${traceId}-b7ad6b7169203331-01` };
    const about = logFor(log, traced, (trace) => `https://traces/${trace.traceId}/${trace.operationId}`);
    about.info('It goes on.');
    about.info('The handler threw.', { stack: 'Error: no' });
    about.warn('It did not stop.');
    about.error('It broke.');
    logFor(log, traced).error('Nobody knows the place.');
    logFor(log, claimed, () => 'https://traces').error('It has no trace.');
    const unrecorded = { ...traced, traceParent: traced.traceParent.replace('-01', '-00') };
    logFor(log, unrecorded, () => 'https://traces').error('Its trace is recorded nowhere.');
    const link = `https://traces/${traceId}/opn_1`;
    expect(lines.map(({ trace }) => trace)).toEqual([undefined, link, link, link, undefined, undefined, undefined]);
  });
});
