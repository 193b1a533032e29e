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

const LIMIT = 1_048_576;

function head(lines: string): string {
  return (
    `POST /operations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.caller.token}\r\n` +
    `Idempotency-Key: big\r\nContent-Type: application/json\r\n${lines}\r\n\r\n`
  );
}

describe('POST /operations, 413', () => {
  test('one byte more than 1 MiB', async () => {
    expectProblem(await client.create('x'.repeat(LIMIT + 1)), 'body-too-large');
  });

  test('is answered from the announced length alone, before any of the body was sent', async () => {
    const answer = await rawRequest(api.url, head(`Content-Length: ${LIMIT + 1}`), 'body-too-large');
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toMatch(/connection: close/i);
  });

  test('also cuts a body of chunks that announces no length', async () => {
    const chunk = 'x'.repeat(65_536);
    const chunks = Array.from({ length: 17 }, () => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
    const answer = await rawRequest(api.url, head('Transfer-Encoding: chunked') + chunks, 'body-too-large');
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});
