import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReceivedSpan } from './otlp-spans.js';
import { idOf, linked, OPERATION_ID, SpanGraph } from './span-graph.js';
import { create, poll, type SeenOperation, TracingStage } from './stage.js';

let stage: TracingStage;
let parent: SeenOperation;
let graph: SpanGraph;

beforeAll(async () => {
  stage = await TracingStage.open();
  const service = await stage.start('all');
  ({ operation: parent } = await create(service, 'with-a-child', { type: 'trace.parent' }));
  await poll(service, parent.id, ({ status }) => status === 'succeeded');
  expect(await service.stop()).toBe(0);
  graph = new SpanGraph(stage.receiver.spans);
}, 120_000);

afterAll(() => stage.close());

const named = (name: string) => graph.spans.filter((span) => span.name === name);
const only = (name: string) => {
  expect(named(name)).toHaveLength(1);
  return named(name)[0] as ReceivedSpan;
};

describe('an operation that calls another', () => {
  test('and its child are one graph, reachable from the id of the parent', () => {
    expect(graph.danglingLinks()).toEqual([]);
    expect(graph.orphans()).toEqual([]);
    expect(graph.unreachableFrom([parent.id])).toEqual([]);
  });

  test('creates the child under the step that calls it', () => {
    const call = only('call child');
    const creation = only('create trace.child');
    expect(call.attributes[OPERATION_ID]).toBe(parent.id);
    expect(creation).toMatchObject({ traceId: call.traceId, parentSpanId: call.spanId });
    expect(creation.attributes[OPERATION_ID]).not.toBe(parent.id);
    const attempt = only('process trace.child');
    expect(attempt.attributes[OPERATION_ID]).toBe(creation.attributes[OPERATION_ID]);
    expect(linked(attempt, 'creation')).toEqual([idOf(creation)]);
  });

  test('has a span for each claim: until it waits for the child, and from then on', () => {
    const [waits, goesOn] = named('process trace.parent').sort((a, b) => a.start - b.start);
    expect(waits?.attributes).toMatchObject({ 'holdfast.attempt.outcome': 'suspend', 'holdfast.waiting_for': 'child' });
    expect(waits?.failed).toBe(false);
    expect(goesOn?.attributes).toMatchObject({ 'holdfast.attempt.outcome': 'succeed', 'holdfast.attempt.number': 1 });
    expect(linked(goesOn as ReceivedSpan, 'previous_attempt')).toEqual([idOf(waits as ReceivedSpan)]);
  });
});
