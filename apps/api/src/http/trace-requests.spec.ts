import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { systemClock } from '@holdfast/kernel';
import { ATTRIBUTES, tracingBy } from '@holdfast/telemetry';
import { type Answer, type ApiClient, idOf, moveToFailed, moveToSucceeded, unique, until } from '@holdfast/testkit';
import { type ServedApi, serveApi } from '../testing/serve-api.js';

const TYPE = 'test.echo';
const exporter = new InMemorySpanExporter();

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  api = await serveApi({ spans: tracingBy(provider.getTracer('test'), systemClock).requests });
  client = api.client();
});
afterAll(() => api.stop());

interface Asked {
  /** That of the pending one. */
  readonly key: string;
  readonly pending: string;
  readonly succeeded: string;
  readonly failed: string;
}
type Ask = (operations: Asked) => Promise<Answer>;

/** Every kind of request about one operation, answered and refused, with the status that shows it was that. */
const REQUESTS: readonly (readonly [string, Exclude<keyof Asked, 'key'>, number, Ask])[] = [
  ['poll', 'pending', 200, ({ pending }) => client.get(`/operations/${pending}`)],
  ['explain', 'pending', 200, ({ pending }) => client.get(`/operations/${pending}/explain`)],
  ['events', 'pending', 200, ({ pending }) => client.get(`/operations/${pending}/events`)],
  ['result', 'succeeded', 204, ({ succeeded }) => client.get(`/operations/${succeeded}/result`)],
  ['result of a failure', 'failed', 424, ({ failed }) => client.get(`/operations/${failed}/result`)],
  ['reused key', 'pending', 422, ({ key }) => client.create({ type: TYPE, input: 1 }, key)],
  ['signal that comes too late', 'failed', 422, ({ failed }) => signal(failed)],
  ['resume of a success', 'succeeded', 422, ({ succeeded }) => client.post(`/operations/${succeeded}/resume`)],
  ['resume of another version', 'failed', 412, ({ failed }) => resumeOther(failed)],
  ['delete that is too early', 'pending', 409, ({ pending }) => erase(pending)],
  ['delete', 'succeeded', 204, ({ succeeded }) => erase(succeeded)],
];

const signal = (id: string) => client.post(`/operations/${id}/signals/go`, { 'idempotency-key': 'one' }, {});
const resumeOther = (id: string) => client.post(`/operations/${id}/resume`, { 'if-match': '"other"' });
const created = async (key?: string) => idOf(await client.create({ type: TYPE }, key));
const erase = (id: string) => client.call(`/operations/${id}`, { method: 'DELETE' });

describe('the span of a request about one operation', () => {
  test.each(REQUESTS)('carries its id and type: %s', async (_, about, status, ask) => {
    const key = unique('key');
    const operations = { key, pending: await created(key), succeeded: await created(), failed: await created() };
    await moveToSucceeded(api.pool, operations.succeeded);
    await moveToFailed(api.pool, operations.failed);
    await until(() => Promise.resolve(exporter.getFinishedSpans().length === 3));
    exporter.reset();
    expect((await ask(operations)).status).toBe(status);
    await until(() => Promise.resolve(exporter.getFinishedSpans().length === 1));
    const [span] = exporter.getFinishedSpans();
    exporter.reset();
    expect(span?.attributes).toMatchObject({
      [ATTRIBUTES.operationId]: operations[about],
      [ATTRIBUTES.operationType]: TYPE,
    });
  });
});
