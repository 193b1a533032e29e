import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReceivedSpan } from './otlp-spans.js';
import { idOf, linked, OPERATION_ID, OPERATION_TYPE, SpanGraph } from './span-graph.js';
import { unlisted } from './span-rows.js';
import { create, poll, type SeenOperation, TracingStage } from './stage.js';

const KEY = 'secret-key-of-a-client';
const BODY = { type: 'trace.retry', input: { card: 'secret-in-an-input' } };
const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

let stage: TracingStage;
let operation: SeenOperation;
let graph: SpanGraph;
let attempts: ReceivedSpan[];

const ofKind = (name: string) => graph.of(operation.id).filter((span) => span.name === name);

/** Create, repeat after a time-out, fail, be lost with the worker, succeed: three processes, one collector. */
beforeAll(async () => {
  stage = await TracingStage.open();
  const { receiver } = stage;
  const api = await stage.start('api');
  ({ operation } = await create(api, KEY, BODY, { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` }));
  await create(api, KEY, BODY, { 'idempotency-attempt': '2;max=3;reason=timeout' });
  await poll(api, operation.id, ({ requests }) => requests?.some(({ outcome }) => outcome === 'replayed') ?? false);

  const mortal = await stage.start('worker');
  await poll(api, operation.id, ({ status, attempt }) => status === 'running' && attempt.number === 2);
  await receiver.named('process trace.retry');
  await mortal.kill();

  const heir = await stage.start('worker');
  await poll(api, operation.id, ({ status }) => status === 'succeeded');
  // A drain sends what is left.
  expect(await Promise.all([heir.stop(), api.stop()])).toEqual([0, 0]);
  graph = new SpanGraph(receiver.spans);
  attempts = ofKind('process trace.retry').sort((a, b) => a.start - b.start);
}, 120_000);

afterAll(() => stage.close());

describe('create → duplicate → failed attempt → attempt lost with its worker → success', () => {
  test('is one graph: every link and parent resolves, and everything hangs together with the operation’s id', () => {
    expect(graph.danglingLinks()).toEqual([]);
    expect(graph.orphans([CALLER.spanId])).toEqual([]);
    expect(graph.unreachableFrom([operation.id])).toEqual([]);
    process.stdout.write(
      `spans: ${graph.spans.length}, with the operation's id: ${graph.of(operation.id).length}, links: ${graph.spans.flatMap(({ links }) => links).length}\n`,
    );
  });

  test('gives every span about the operation its id and type', () => {
    const about = graph.of(operation.id);
    expect(about.filter((span) => span.attributes[OPERATION_TYPE] !== 'trace.retry')).toEqual([]);
    const others = graph.spans.filter((span) => span.attributes[OPERATION_ID] === undefined);
    expect(new Set(others.map(({ name }) => name.split(' ')[0]))).toEqual(new Set(['batch', 'sweep']));
  });

  test('makes no span and no attribute that is not in the table', () => {
    expect(unlisted(graph.spans)).toEqual([]);
  });

  test('stores the creation, in the trace of the caller', () => {
    const [creation] = ofKind('create trace.retry');
    const request = ofKind('POST /operations').find((span) => span.traceId === CALLER.traceId);
    expect(request).toMatchObject({ kind: 'SERVER', parentSpanId: CALLER.spanId });
    expect(request?.attributes).toMatchObject({
      'holdfast.idempotency.outcome': 'created',
      'http.request.method': 'POST',
      'http.route': '/operations',
      'http.response.status_code': 202,
    });
    expect(creation).toMatchObject({ kind: 'PRODUCER', traceId: CALLER.traceId, parentSpanId: request?.spanId });
    expect(operation.traceId).toBe(CALLER.traceId);
  });

  test('shows the duplicate with the client’s attempt and reason, linked to the creation', () => {
    const [creation] = ofKind('create trace.retry');
    const [replay] = ofKind('replay trace.retry');
    const hints = {
      'holdfast.idempotency.outcome': 'replayed',
      'holdfast.client.attempt': 2,
      'holdfast.client.max_attempts': 3,
      'holdfast.client.reason': 'timeout',
    };
    expect(replay?.attributes).toMatchObject(hints);
    expect(linked(replay as ReceivedSpan, 'creation')).toEqual([idOf(creation as ReceivedSpan)]);
    const request = graph.spans.find((span) => span.spanId === replay?.parentSpanId);
    expect(request?.attributes).toMatchObject({ ...hints, 'http.response.status_code': 202 });
  });

  test('makes every attempt a trace of its own, linked to the creation and to the attempt before', () => {
    const [creation] = ofKind('create trace.retry').map(idOf);
    expect(attempts.map((span) => span.attributes['holdfast.attempt.outcome'])).toEqual(['retry', 'lose', 'succeed']);
    expect(attempts.map((span) => span.attributes['holdfast.attempt.number'])).toEqual([1, 2, 3]);
    expect(attempts.map((span) => span.attributes['error.type'])).toEqual(['handler_error', 'worker_lost', undefined]);
    expect(attempts.map(({ failed }) => failed)).toEqual([true, true, false]);
    expect(new Set(attempts.map(({ traceId }) => traceId)).size).toBe(3);
    expect(attempts.map((span) => linked(span, 'creation'))).toEqual([[creation], [creation], [creation]]);
    const [first, second] = attempts.map(idOf);
    expect(attempts.map((span) => linked(span, 'previous_attempt'))).toEqual([[], [first], [second]]);
    expect(attempts.map((span) => span.attributes['holdfast.link.previous_attempt'])).toEqual([
      undefined,
      first,
      second,
    ]);
  });

  test('tells the attempt after a loss of it, and links it to the request that came again', () => {
    const [, lost, last] = attempts;
    expect(last?.events).toEqual([
      expect.objectContaining({
        name: 'holdfast.attempt.lost',
        attributes: expect.objectContaining({
          'holdfast.attempt.number': 2,
          'holdfast.link.previous_attempt': idOf(lost as ReceivedSpan),
        }),
      }),
    ]);
    const request = ofKind('POST /operations').find((span) => span.traceId !== CALLER.traceId);
    expect(linked(last as ReceivedSpan, 'replay')).toEqual([idOf(request as ReceivedSpan)]);
  });

  test('lets a fetch in a step continue the trace of the step', () => {
    const [charge] = ofKind('step charge');
    expect(charge).toMatchObject({ traceId: attempts[2]?.traceId, parentSpanId: attempts[2]?.spanId });
    expect(stage.downstream.traceParents).toEqual([`00-${charge?.traceId}-${charge?.spanId}-01`]);
  });

  test('executes a completed step in one attempt only', () => {
    expect(ofKind('step prepare').map(({ traceId }) => traceId)).toEqual([attempts[0]?.traceId]);
  });

  test('sends neither keys nor inputs, results or sentences of errors', () => {
    const sent = Buffer.concat(stage.receiver.bodies).toString('latin1');
    expect(sent).not.toContain('secret');
    expect(sent).toContain('holdfast.idempotency.key_hash');
  });
});
