import { describe, expect, test } from '@jest/globals';
import { formatTypeId, newUuid, type Operation } from '@holdfast/kernel';
import * as fc from 'fast-check';
import { OperationUrls } from './operation-urls.js';
import { etagOf, operationListView, operationView } from './operation-view.js';

const urls = new OperationUrls('https://api.example/holdfast/');
const uuid = newUuid(1_700_000_000_000, 3);
const id = formatTypeId('opn', uuid);
const at = (second: number) => new Date(1_700_000_000_000 + second * 1000);

function operation(changes: Partial<Operation> = {}): Operation {
  return {
    uuid,
    shard: 3,
    id,
    tenant: 'acme',
    type: 'invoice.charge',
    status: 'pending',
    version: 7,
    attempt: 0,
    maxAttempts: 5,
    lastError: null,
    waiting: null,
    progress: null,
    result: null,
    error: null,
    idempotencyKey: 'order-1',
    replayWindowMs: 60_000,
    priority: 0,
    labels: {},
    traceId: null,
    traceParent: null,
    runAt: at(0),
    deadline: null,
    createdAt: at(0),
    startedAt: null,
    updatedAt: at(0),
    finishedAt: null,
    cancelRequestedAt: null,
    ...changes,
  };
}

const view = (changes: Partial<Operation> = {}) =>
  JSON.parse(operationView(operation(changes), urls)) as Record<string, unknown>;

const error = { code: 'card_declined', message: 'No "funds".', retryable: false, effect: 'none' } as const;

describe('the view of an operation', () => {
  test('has exactly the members of the contract', () => {
    expect(view()).toEqual({
      id,
      type: 'invoice.charge',
      status: 'pending',
      attempt: { number: 0, max: 5, nextAt: null, lastError: null },
      waitingFor: null,
      progress: null,
      idempotency: { key: 'order-1', honoredUntil: null },
      createdAt: at(0).toISOString(),
      startedAt: null,
      updatedAt: at(0).toISOString(),
      finishedAt: null,
      expiresAt: null,
      cancelRequestedAt: null,
      priority: 0,
      labels: {},
      traceId: null,
      links: {
        self: `https://api.example/holdfast/operations/${id}`,
        result: `https://api.example/holdfast/operations/${id}/result`,
        cancel: `https://api.example/holdfast/operations/${id}/cancel`,
        resume: `https://api.example/holdfast/operations/${id}/resume`,
        explain: `https://api.example/holdfast/operations/${id}/explain`,
      },
    });
  });

  test('links its trace where the service knows a place for traces, and only when it is recorded', () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const placed = new OperationUrls('https://api.example', (trace) => `https://traces/${trace.traceId}?q="x"`);
    const links = (changes: Partial<Operation>, at = placed) =>
      (JSON.parse(operationView(operation(changes), at)) as { links: Record<string, string> }).links;
    const kept = { traceId, traceParent: `00-${traceId}-b7ad6b7169203331-01` };
    expect(links(kept)['trace']).toBe(`https://traces/${traceId}?q="x"`);
    expect(links({})).not.toHaveProperty('trace');
    expect(links({ ...kept, traceParent: kept.traceParent.replace('-01', '-00') })).not.toHaveProperty('trace');
    expect(links(kept, urls)).not.toHaveProperty('trace');
  });

  test('shows a result only of a succeeded operation, and null when the handler returned nothing', () => {
    expect(view({ status: 'succeeded', finishedAt: at(9), result: '{"receipt":"r1"}' })).toMatchObject({
      result: { receipt: 'r1' },
    });
    expect(view({ status: 'succeeded', finishedAt: at(9) })).toHaveProperty('result', null);
    for (const status of ['pending', 'running', 'failed', 'canceled'] as const) {
      expect(view({ status, result: '1', error })).not.toHaveProperty('result');
    }
  });

  test('shows an error only of a failed or canceled operation, and no member called status in it', () => {
    const odd = { ...error, status: 500 };
    expect(view({ status: 'failed', finishedAt: at(9), error: odd })['error']).toEqual(error);
    expect(view({ status: 'canceled', finishedAt: at(9), error: { ...error, details: { n: 1 } } })['error']).toEqual({
      ...error,
      details: { n: 1 },
    });
    for (const status of ['pending', 'running', 'succeeded'] as const) {
      expect(view({ status, error })).not.toHaveProperty('error');
    }
  });

  test('says when the next attempt is due while it waits for a retry or a start time', () => {
    for (const reason of ['retry', 'schedule'] as const) {
      const waiting = { reason, until: at(5), name: null };
      expect(view({ waiting, runAt: at(5) })).toMatchObject({
        attempt: { nextAt: at(5).toISOString() },
        waitingFor: { reason, until: at(5).toISOString() },
      });
    }
  });

  test('says what a pending operation waits for by name, and promises no time for a signal', () => {
    const seen = view({ waiting: { reason: 'signal', until: null, name: 'approval' }, runAt: at(5) });
    expect(seen['waitingFor']).toEqual({ reason: 'signal', until: null, name: 'approval' });
    expect(seen['attempt']).toMatchObject({ nextAt: null });
  });

  test('says until when the key is honored once the operation has ended', () => {
    const until = at(9 + 60).toISOString();
    expect(view({ status: 'succeeded', finishedAt: at(9) })).toMatchObject({
      idempotency: { honoredUntil: until },
      expiresAt: until,
    });
  });

  test('is valid JSON that gives texts back unchanged, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { noNullPrototype: true }),
        fc.json(),
        (text, labels, json) => {
          const seen = view({
            idempotencyKey: text,
            labels,
            progress: json,
            status: 'pending',
            lastError: { ...error, message: text },
            waiting: { reason: 'timer', until: null, name: text },
          });
          expect(seen).toMatchObject({ idempotency: { key: text }, attempt: { lastError: { message: text } } });
          expect(seen['labels']).toEqual(JSON.parse(JSON.stringify(labels)));
          expect(seen['progress']).toEqual(JSON.parse(json));
          expect(seen['waitingFor']).toMatchObject({ name: text });
        },
      ),
    );
  });

  test('has an ETag that is strong and made of the version', () => {
    expect(etagOf(operation({ version: 7 }))).toBe('"7"');
  });

  test('in a list stands beside the token of the next page', () => {
    const text = operationListView([operation(), operation()], 'token', urls);
    expect(JSON.parse(text)).toEqual({ operations: [view(), view()], nextPageToken: 'token' });
    expect(JSON.parse(operationListView([], null, urls))).toEqual({ operations: [], nextPageToken: null });
  });
});
