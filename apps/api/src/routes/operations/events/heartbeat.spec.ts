import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '@holdfast/kernel';
import { type ApiClient, idOf, moveToRunning } from '@holdfast/testkit';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';
import { eventStream } from './event-stream.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

test('a stream on which nothing happens for long says that it is still there, in comments no client sees', async () => {
  const id = idOf(await client.create({ type: 'test.echo' }));
  await moveToRunning(api.pool, id);
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => (nowMs += 20_000) };
  const gone = new AbortController();
  const parts = { engine: api.engine, clock, gone: gone.signal, isDraining: () => false };
  const history = await api.engine.history.byId(client.caller.tenant, id);
  const chunks: string[] = [];
  for await (const chunk of eventStream(parts, history, null)) {
    chunks.push(chunk);
    if (chunks.length === 5) gone.abort();
  }
  expect(chunks.slice(0, 2).join('')).toMatch(/^retry: \d+\n\nid: \d+\nevent: operation.created\n/);
  expect(chunks.slice(2)).toEqual([': still here\n\n', ': still here\n\n', ': still here\n\n']);
});
