import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { OperationUrls } from '@holdfast/contract';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rawRequest } from '@holdfast/testkit';
import { PUBLIC_URL, type ServedApi, serveApi } from '../testing/serve-api.js';
import { answerClientError } from './client-error.js';
import { CONNECTION_LIMITS } from './connection-limits.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

/** Status, slug and body of an answer that was read from the socket. */
function read(answer: string): { status: number; problem: Record<string, unknown> } {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/content-type: application\/problem\+json/i);
  return { status: Number(head.split(' ')[1]), problem: JSON.parse(body) as Record<string, unknown> };
}

const slugOf = ({ problem }: ReturnType<typeof read>) => String(problem['type']).split('/').at(-1);

describe('what never became a request is answered with a problem document', () => {
  test.each([
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['a header without a name', 'GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n'],
    ['a length that is no number', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: five\r\n\r\n'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an obsolete folded header', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n'],
    ['no host', 'GET /openapi.json HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a malformed escape', 'GET /operations/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('%s', async (_case, bytes) => {
    const answer = read(await rawRequest(api.url, bytes));
    expect([answer.status, slugOf(answer)]).toEqual([400, 'request-malformed']);
  });

  test('headers beyond the limit', async () => {
    const line = `X-Filler: ${'a'.repeat(CONNECTION_LIMITS.headerBytes)}`;
    const answer = read(await rawRequest(api.url, `GET /openapi.json HTTP/1.1\r\nHost: x\r\n${line}\r\n\r\n`));
    expect([answer.status, slugOf(answer)]).toEqual([431, 'headers-too-large']);
  });

  test('the answer to an earlier request of the connection is not mixed with it', async () => {
    const bytes = 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\nGARBAGE\r\n\r\n';
    const answer = await rawRequest(api.url, bytes);
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses[0]).not.toBe('500');
    expect(statuses.length).toBeLessThanOrEqual(2);
  });
});

test('a request that does not arrive in time is answered before its connection is closed', async () => {
  const urls = new OperationUrls(PUBLIC_URL);
  const server = createServer({ headersTimeout: 50, requestTimeout: 100, connectionsCheckingInterval: 20 });
  server.on('clientError', (error, socket) => answerClientError(error, socket as Socket, urls));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const answer = read(await rawRequest(`http://127.0.0.1:${port}`, 'POST /operations HTTP/1.1\r\nHost: x\r\n'));
  server.close();
  expect([answer.status, slugOf(answer), answer.problem['retryable']]).toEqual([408, 'request-timeout', true]);
});

test('every limit of a connection is set: none is left to a default of never', () => {
  const server = api.app.getHttpServer();
  expect({
    headersTimeout: server.headersTimeout,
    requestTimeout: server.requestTimeout,
    keepAliveTimeout: server.keepAliveTimeout,
    timeout: server.timeout,
    maxConnections: server.maxConnections,
  }).toEqual({
    headersTimeout: CONNECTION_LIMITS.headersTimeoutMs,
    requestTimeout: CONNECTION_LIMITS.requestTimeoutMs,
    keepAliveTimeout: CONNECTION_LIMITS.keepAliveTimeoutMs,
    timeout: CONNECTION_LIMITS.socketTimeoutMs,
    maxConnections: CONNECTION_LIMITS.sockets,
  });
  expect(CONNECTION_LIMITS.socketTimeoutMs).toBeGreaterThan(30_000);
});
