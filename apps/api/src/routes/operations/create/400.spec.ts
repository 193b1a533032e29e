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

describe('POST /operations, 400 for the key', () => {
  test('key missing', async () => {
    expectProblem(await client.post('/operations', {}, body), 'idempotency-key-missing');
  });

  test.each([
    ['empty', '""'],
    ['of 256 characters', 'a'.repeat(256)],
    ['of 256 characters in quotes', `"${'a'.repeat(256)}"`],
    ['of characters that need quotes', 'a b'],
    ['a list', 'a, b'],
    ['a list of quoted keys', '"a", "b"'],
    ['half quoted', '"abc'],
    ['with something after the quotes', '"abc"def'],
    ['with an unknown escape', '"a\\n"'],
    ['beyond ASCII', '"\u00e9"'],
    ['of 10 kB', 'k'.repeat(10_000)],
  ])('key malformed: %s', async (_case, key) => {
    expectProblem(await client.create(body, key), 'idempotency-key-invalid');
  });

  test.each([
    ['two keys', 'Idempotency-Key: a\r\nIdempotency-Key: b'],
    ['the same key twice', 'Idempotency-Key: a\r\nIdempotency-Key: a'],
    ['two halves of a quoted key', 'Idempotency-Key: "a\r\nIdempotency-Key: b"'],
  ])('key on several lines: %s', async (_case, lines) => {
    const text = JSON.stringify(body);
    const answer = await rawRequest(
      api.url,
      `POST /operations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.caller.token}\r\n${lines}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*idempotency-key-invalid/);
  });

  test('the key is judged before the body', async () => {
    const odd = await client.create('not json', 'a b', { 'content-type': 'text/plain' });
    expectProblem(odd, 'idempotency-key-invalid');
  });
});

describe('POST /operations, 400 for the body', () => {
  test.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['empty', ''],
    ['not JSON', '{"type":'],
    ['not JSON at its end', '{"type":"test.echo"} x'],
    ['an array', '[]'],
    ['text', '"test.echo"'],
    ['null', 'null'],
    ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['with a byte order mark', '\ufeff{"type":"test.echo"}'],
    ['UTF-16', new Uint8Array(Buffer.from('{"type":"test.echo"}', 'utf16le'))],
    ['with a member name twice', '{"type":"test.echo","type":"test.charge"}'],
    ['with a member name twice, once escaped', '{"type":"test.echo","input":{"a":1,"\\u0061":2}}'],
    ['with an integer beyond 2^53 - 1', '{"type":"test.echo","input":9007199254740993}'],
    ['with a number beyond double precision', '{"type":"test.echo","input":1e400}'],
    ['129 levels deep', `{"type":"test.echo","input":${'['.repeat(128)}${']'.repeat(128)}}`],
    ['100000 levels deep', '['.repeat(100_000)],
  ])('the body is %s', async (_case, text) => {
    expectProblem(await client.create(text), 'body-invalid');
  });

  test('a refused request never consumes its key', async () => {
    expectProblem(await client.create('{', 'kept'), 'body-invalid');
    const answer = await client.create(body, 'kept');
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([202, 'false']);
  });

  test('128 levels are accepted', async () => {
    expect((await client.create(`{"type":"test.echo","input":${'['.repeat(127)}${']'.repeat(127)}}`)).status).toBe(202);
  });
});
