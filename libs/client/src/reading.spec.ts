import { describe, expect, test } from '@jest/globals';
import { WaitTimeoutError } from './errors/wait-timeout-error.js';
import { EventStreamReader } from './events/event-stream.js';
import { UnreachableError } from './errors/unreachable-error.js';
import { Holdfast } from './holdfast.js';
import { FakeService, json, operation, problem } from './testing/fake-service.js';

const held = { 'preference-applied': 'wait=20' };

describe('wait', () => {
  test('asks to be held, and comes back at once after a held answer', async () => {
    const service = new FakeService([
      json(200, operation('o', 'running'), held),
      json(200, operation('o', 'succeeded', { result: 5 }), held),
    ]);
    expect(await new Holdfast(service.options()).wait('o')).toMatchObject({ status: 'succeeded', result: 5 });
    expect(service.said('prefer')).toEqual(['wait=20', 'wait=20']);
    expect(service.slept).toEqual([0]);
  });

  test('comes back when the service says so where something in between did not let it hold', async () => {
    const service = new FakeService([
      json(200, operation('o', 'running'), { 'retry-after': '4' }),
      json(200, operation('o', 'succeeded')),
    ]);
    await new Holdfast(service.options()).wait('o');
    expect(service.slept).toEqual([4_000]);
  });

  test('tells each change once: asks with the version it has seen', async () => {
    const service = new FakeService([
      json(200, operation('o', 'pending'), { etag: '"1"' }),
      () => new Response(null, { status: 304, headers: { ...held, etag: '"1"' } }),
      json(200, operation('o', 'running'), { ...held, etag: '"2"' }),
      json(200, operation('o', 'failed'), { ...held, etag: '"3"' }),
    ]);
    const statuses: string[] = [];
    await new Holdfast(service.options()).wait('o', { onChange: ({ status }) => statuses.push(status) });
    expect(statuses).toEqual(['pending', 'running', 'failed']);
    expect(service.said('if-none-match')).toEqual([null, '"1"', '"1"', '"2"']);
    expect(service.said('prefer')[0]).toBeNull();
  });

  test('never asks without a pause, even where something in between takes the ETag away', async () => {
    const service = new FakeService([
      ...Array.from({ length: 5 }, () => json(200, operation('o', 'running'), held)),
      json(200, operation('o', 'succeeded'), held),
    ]);
    await new Holdfast(service.options()).wait('o', { onChange: () => undefined });
    expect(service.seen).toHaveLength(6);
    expect(service.slept).toEqual([100, 100, 100, 100]);
  });

  test('ends in time with what it has seen, and does not touch the operation', async () => {
    const service = new FakeService([json(200, operation('o', 'running'), { 'retry-after': '4' })]);
    const waiting = new Holdfast(service.options()).wait('o', { timeoutMs: 10_000 });
    await expect(waiting).rejects.toMatchObject({ operation: { status: 'running' }, operationId: 'o' });
    await expect(waiting).rejects.toBeInstanceOf(WaitTimeoutError);
    expect(service.slept.reduce((sum, ms) => sum + ms)).toBe(10_000);
    expect(service.seen.every(({ method }) => method === 'GET')).toBe(true);
  });
});

describe('list', () => {
  test('walks all pages with the same filter', async () => {
    const service = new FakeService([
      json(200, { operations: [operation('a')], nextPageToken: 'p2' }),
      json(200, { operations: [operation('b')], nextPageToken: null }),
    ]);
    const ids: string[] = [];
    const filter = { status: ['failed', 'canceled'], labels: { env: 'prod' }, pageSize: 1 } as const;
    for await (const { id } of new Holdfast(service.options()).list(filter)) ids.push(id);
    expect(ids).toEqual(['a', 'b']);
    const query = 'status=failed&status=canceled&label.env=prod&pageSize=1';
    expect(service.seen.map(({ url }) => url.split('?')[1])).toEqual([query, `${query}&pageToken=p2`]);
  });
});

describe('findByKey', () => {
  test('null is the answer for a key that was never seen', async () => {
    const service = new FakeService([problem(404, 'operation-not-found')]);
    expect(await new Holdfast(service.options()).findByKey('a/b c')).toBeNull();
    expect(service.seen[0]?.url).toBe('http://service.test/operations/by-key/a%2Fb%20c');
  });

  test('another server’s 404 is no answer', async () => {
    const service = new FakeService([() => new Response('nginx', { status: 404 })]);
    await expect(new Holdfast(service.options()).findByKey('k')).rejects.toMatchObject({ status: 404 });
  });
});

describe('every request', () => {
  test('carries the token that is valid now, and the trace context of the caller', async () => {
    const service = new FakeService([json(200, operation('o'))]);
    let tokens = 0;
    const holdfast = new Holdfast(
      service.options({
        token: () => `token-${(tokens += 1)}`,
        traceContext: (headers) => (headers['traceparent'] = '00-hook'),
        baseUrl: 'http://service.test/behind/a/proxy/',
      }),
    );
    await holdfast.get('o');
    await holdfast.get('o', { traceparent: '00-own' });
    expect(service.said('authorization')).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(service.said('traceparent')).toEqual(['00-hook', '00-own']);
    expect(service.seen[0]?.url).toBe('http://service.test/behind/a/proxy/operations/o');
  });
});

describe('watch', () => {
  test('does not take somebody else’s page for a stream in which nothing happens', async () => {
    const headers = { 'content-type': 'text/html' };
    const service = new FakeService([() => new Response('<html>Welcome to the hotel</html>', { headers })]);
    const watching = new Holdfast(service.options({ retry: { maxAttempts: 3 } })).watch('o').next();
    await expect(watching).rejects.toBeInstanceOf(UnreachableError);
    expect(service.seen).toHaveLength(3);
  });
});

describe('an event stream', () => {
  const TEXT =
    ': still here\n\nretry: 3000\n\nid: 7\nevent: step.completed\ndata: {"a":\ndata: 1}\n\nid: 8\r\ndata:x\r\n\r\ndata: cut';

  test('is read the same however it is cut', () => {
    const whole = new EventStreamReader().read(TEXT);
    expect(whole).toEqual([
      { retryMs: 3000 },
      { type: 'step.completed', data: '{"a":\n1}', id: '7' },
      { type: 'message', data: 'x', id: '8' },
    ]);
    for (const size of [1, 2, 3, 7]) {
      const reader = new EventStreamReader();
      const pieces = TEXT.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(pieces.flatMap((piece) => reader.read(piece))).toEqual(whole);
    }
  });
});
