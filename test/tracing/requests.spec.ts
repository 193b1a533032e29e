import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServiceProcess } from '@holdfast/testkit';
import type { ReceivedSpan } from './otlp-spans.js';
import { idOf, linked, OPERATION_ID, OPERATION_TYPE, SpanGraph } from './span-graph.js';
import { unlisted } from './span-rows.js';
import { create, poll, type SeenOperation, TracingStage } from './stage.js';

let stage: TracingStage;
let service: ServiceProcess;
let graph: SpanGraph;
let signaled: SeenOperation;
let canceled: SeenOperation;
let resumed: SeenOperation;
let batched: readonly { readonly operation: SeenOperation }[];

function post(path: string, key: string, body: unknown = {}): Promise<Response> {
  return fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === '' ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
}

beforeAll(async () => {
  stage = await TracingStage.open();
  service = await stage.start('all');
  ({ operation: signaled } = await create(service, 'to-signal', { type: 'trace.signal' }));
  await poll(service, signaled.id, ({ waitingFor }) => waitingFor?.reason === 'signal');
  await post(`/operations/${signaled.id}/signals/approval`, 'the-signal', { payload: 'secret-payload' });
  await poll(service, signaled.id, ({ status }) => status === 'succeeded');
  ({ operation: canceled } = await create(service, 'to-cancel', { type: 'trace.signal', delayMs: 60_000 }));
  await post(`/operations/${canceled.id}/cancel`, '');
  await create(service, 'to-cancel', { type: 'trace.signal', delayMs: 1 });
  await create(service, 'unknown', { type: 'trace.nothing' });
  await post('/operations', '', { type: 'trace.signal' });
  ({ operation: resumed } = await create(service, 'to-resume', { type: 'trace.resume' }));
  await poll(service, resumed.id, ({ status }) => status === 'failed');
  await post(`/operations/${resumed.id}/resume`, '', { reason: 'secret-reason' });
  await poll(service, resumed.id, ({ status }) => status === 'succeeded');
  const items = ['a', 'b', 'c'].map((key) => ({ key, type: 'trace.child' }));
  batched = ((await (await post('/operations/batch', '', { items })).json()) as { items: typeof batched }).items;
  for (const { operation } of batched) await poll(service, operation.id, ({ status }) => status === 'succeeded');
  await fetch(`${service.url}/operations/by-key/secret-key`);
  await fetch(`${service.url}/health/ready`);
  expect(await service.stop()).toBe(0);
  graph = new SpanGraph(stage.receiver.spans);
}, 120_000);

afterAll(() => stage.close());

const requests = (name: string) => graph.spans.filter((span) => span.kind === 'SERVER' && span.name === name);
const creationOf = ({ id }: SeenOperation) =>
  idOf(graph.of(id).find(({ name }) => name.startsWith('create ')) as ReceivedSpan);

describe('requests', () => {
  test('that signal or cancel an operation carry its id and type, and link to its creation', () => {
    const [signal] = requests('POST /operations/{id}/signals/{name}');
    const [cancel] = requests('POST /operations/{id}/cancel');
    for (const [span, operation] of [[signal, signaled] as const, [cancel, canceled] as const]) {
      expect(span?.attributes).toMatchObject({
        [OPERATION_ID]: operation.id,
        [OPERATION_TYPE]: 'trace.signal',
        'holdfast.link.creation': creationOf(operation),
      });
      expect(linked(span as ReceivedSpan, 'creation')).toEqual([creationOf(operation)]);
    }
    const [sent] = graph.spans.filter(({ name }) => name === 'signal approval');
    expect(sent).toMatchObject({ kind: 'PRODUCER', parentSpanId: signal?.spanId });
    expect(sent?.attributes).toMatchObject({ [OPERATION_ID]: signaled.id, 'holdfast.signal.name': 'approval' });
  });

  test('that signal an operation are what the attempt that goes on links to', () => {
    const [sent] = graph.spans.filter(({ name }) => name === 'signal approval');
    const attempts = graph.of(signaled.id).filter(({ name }) => name === 'process trace.signal');
    const last = attempts.find((span) => span.attributes['holdfast.attempt.outcome'] === 'succeed');
    expect(linked(last as ReceivedSpan, 'signal')).toEqual([idOf(sent as ReceivedSpan)]);
  });

  test('that resume an operation are what its next attempt links to', () => {
    const [resume] = requests('POST /operations/{id}/resume');
    const attempts = graph.of(resumed.id).filter(({ name }) => name === 'process trace.resume');
    const next = attempts.find((span) => span.attributes['holdfast.attempt.outcome'] === 'succeed');
    expect(linked(next as ReceivedSpan, 'resume')).toEqual([idOf(resume as ReceivedSpan)]);
    expect(linked(resume as ReceivedSpan, 'creation')).toEqual([creationOf(resumed)]);
  });

  test('say what became of the key', () => {
    const outcomes = requests('POST /operations').map(({ attributes }) => [
      attributes['http.response.status_code'],
      attributes['holdfast.idempotency.outcome'],
      attributes['error.type'],
    ]);
    expect(outcomes).toEqual([
      [202, 'created', undefined],
      [202, 'created', undefined],
      [422, 'reused', 'idempotency-key-reused'],
      [422, 'invalid', 'operation-type-unknown'],
      [400, 'invalid', 'idempotency-key-missing'],
      [202, 'created', undefined],
    ]);
    const reused = requests('POST /operations')[2];
    expect(reused?.attributes[OPERATION_ID]).toBe(canceled.id);
    expect(requests('POST /operations').filter(({ failed }) => failed)).toEqual([]);
  });

  test('for a batch are the parent of every creation in it', () => {
    const [batch] = requests('POST /operations/batch');
    const creations = batched.map(({ operation }) =>
      graph.of(operation.id).find(({ name }) => name.startsWith('create')),
    );
    expect(creations.map((span) => span?.parentSpanId)).toEqual(batched.map(() => batch?.spanId));
  });

  test('never show the key in a path, and probes are no requests', () => {
    expect(requests('GET /operations/by-key/{key}')).toHaveLength(1);
    expect(graph.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
    expect(Buffer.concat(stage.receiver.bodies).toString('latin1')).not.toContain('secret');
  });

  test('make no span and no attribute that is not in the table', () => {
    expect(unlisted(graph.spans)).toEqual([]);
  });

  test('leave no link and no parent open', () => {
    expect([graph.danglingLinks(), graph.orphans()]).toEqual([[], []]);
  });
});
