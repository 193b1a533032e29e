import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, rawRequest } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const body = { type: 'test.echo' };

describe('POST /operations, 415', () => {
  test.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/jsonp',
    'application/json; charset=utf-16',
    'application/json; charset=utf-8; charset=latin1',
    'application/json charset=utf-8',
    'json',
    '*/*',
  ])('wrong media type: %s', async (type) => {
    expectProblem(await client.create(body, undefined, { 'content-type': type }), 'media-type-unsupported');
  });

  test('no media type', async () => {
    const text = JSON.stringify(body);
    const answer = await rawRequest(
      api.url,
      `POST /operations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.caller.token}\r\nIdempotency-Key: a\r\n` +
        `Content-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 415 [\s\S]*media-type-unsupported/);
  });

  test('a compressed body: it could grow without bound', async () => {
    const bytes = new Uint8Array(gzipSync(JSON.stringify(body)));
    const refused = await client.create(bytes, undefined, { 'content-encoding': 'gzip' });
    expectProblem(refused, 'media-type-unsupported', { detail: expect.stringContaining('content coding') });
  });

  test('a coding called identity is none', async () => {
    expect((await client.create(body, undefined, { 'content-encoding': 'identity' })).status).toBe(202);
  });
});
