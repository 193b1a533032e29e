import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceProcess } from '@holdfast/testkit';
import { idOf, linked, SpanGraph } from './span-graph.js';
import { create, poll, type SeenOperation, TracingStage } from './stage.js';

const TRACE = '5bf92f3577b34da6a3ce929d0e0e47';
const ASKER = `${TRACE}03`;

let stage: TracingStage;
let service: ServiceProcess;
let kept: SeenOperation;
let dropped: SeenOperation;
let unasked: SeenOperation;
let graph: SpanGraph;

/** Under a sampler that keeps no trace of its own accord, only what a caller keeps is kept. */
beforeAll(async () => {
  stage = await TracingStage.open();
  service = await stage.start('all', stage.receiver.environment({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }));
  const retried = async (key: string, headers: Readonly<Record<string, string>> = {}) => {
    const { operation } = await create(service, key, { type: 'trace.once' }, headers);
    return poll(service, operation.id, ({ status }) => status === 'succeeded');
  };
  dropped = await retried('dropped', { traceparent: `00-${TRACE}00-00f067aa0ba902b7-00` });
  const { operation: calling } = await create(
    service,
    'calling',
    { type: 'trace.fetch' },
    { traceparent: `00-${TRACE}02-00f067aa0ba902b7-00` },
  );
  await poll(service, calling.id, ({ status }) => status === 'succeeded');
  unasked = await retried('unasked');
  kept = await retried('kept', { traceparent: `00-${TRACE}01-00f067aa0ba902b7-01` });
  await create(service, 'kept', { type: 'trace.once' });
  await askAgain(dropped.id);
  expect(await service.stop()).toBe(0);
  graph = new SpanGraph(stage.receiver.spans);
}, 120_000);

/** A caller whose trace is kept repeats the request of one whose trace was dropped, and cancels what came of it. */
async function askAgain(id: string): Promise<void> {
  const traceparent = `00-${ASKER}-00f067aa0ba902b7-01`;
  await create(service, 'dropped', { type: 'trace.once' }, { traceparent });
  await fetch(`${service.url}/operations/${id}/cancel`, { method: 'POST', headers: { traceparent } });
}

afterAll(() => stage.close());

describe('sampling', () => {
  test('keeps every attempt of an operation whose creation was kept', () => {
    const about = graph.of(kept.id);
    const attempts = about.filter(({ name }) => name === 'process trace.once');
    expect(attempts).toHaveLength(2);
    expect(new Set(attempts.map((span) => span.attributes['holdfast.attempt.number']))).toEqual(new Set([1, 2]));
    expect(about.map(({ name }) => name)).toEqual(expect.arrayContaining(['POST /operations', 'create trace.once']));
    const creation = about.find(({ name }) => name === 'create trace.once');
    expect(attempts.flatMap((span) => linked(span, 'creation'))).toEqual(
      attempts.map(() => idOf(creation ?? { traceId: '', spanId: '' })),
    );
    expect(graph.danglingLinks()).toEqual([]);
  });

  test('keeps a repeat of a creation that was kept, although nobody keeps the request', () => {
    const [replay, ...others] = graph.of(kept.id).filter(({ name }) => name === 'replay trace.once');
    const creation = graph.of(kept.id).find(({ name }) => name === 'create trace.once');
    expect(others).toEqual([]);
    expect(replay && linked(replay, 'creation')).toEqual([creation && idOf(creation)]);
    expect(replay?.traceId).not.toBe(creation?.traceId);
  });

  test('keeps nothing of an operation whose creation was dropped, however often it is tried', () => {
    expect(dropped.attempt.number).toBe(2);
    expect(graph.of(dropped.id).filter(({ traceId }) => traceId !== ASKER)).toEqual([]);
    expect(graph.of(unasked.id)).toEqual([]);
  });

  test('records no batch and no sweep on account of what was dropped', () => {
    expect(graph.unreachableFrom([kept.id, dropped.id])).toEqual([]);
  });

  test('records a request whose own caller keeps it, and links it to nothing that was dropped', () => {
    const asked = graph.spans.filter(({ traceId }) => traceId === ASKER);
    expect(asked.map(({ name }) => name).sort()).toEqual([
      'POST /operations',
      'POST /operations/{id}/cancel',
      'replay trace.once',
    ]);
    expect(asked.flatMap(({ links }) => links)).toEqual([]);
    expect(asked.filter(({ attributes }) => 'holdfast.link.creation' in attributes)).toEqual([]);
  });

  test('passes the trace of a dropped creation on all the same, with the decision', () => {
    expect(dropped.traceId).toBe(`${TRACE}00`);
    expect(stage.downstream.traceParents).toEqual([
      expect.stringMatching(new RegExp(`^00-${TRACE}02-[0-9a-f]{16}-00$`)),
    ]);
    expect(unasked.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});
