import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

/** A key as a structured-field String. */
const quoted = (key: string) => `"${key.replaceAll(/["\\]/g, '\\$&')}"`;

describe('GET /operations/by-key/{key}, 200', () => {
  test.each([
    'plain-key_1',
    'a/b/c',
    'a%2Fb',
    'a%252Fb',
    '100%',
    'a?b#c;d&e=f',
    'a+b c',
    'a..b',
    '"quoted"',
    'back\\slash',
    'by-key',
    '~!@$^*()',
    '%'.repeat(255),
  ])('finds the operation of the key %s, percent-decoded once', async (key) => {
    const created = await client.create({ type: 'test.echo' }, quoted(key));
    const answer = await client.get(`/operations/by-key/${encodeURIComponent(key)}`);
    expect([answer.status, answer.json?.['idempotency']]).toEqual([200, { key, honoredUntil: null }]);
    expect(idOf(answer)).toBe(idOf(created));
    expectLocated(answer);
    expectRetryAfter(answer, true);
    expect(answer.headers.get('etag')).toBe('"1"');
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
  });

  test('an operation that has been seen is not sent again', async () => {
    await client.create({ type: 'test.echo' }, 'seen');
    const answer = await client.get('/operations/by-key/seen', { 'if-none-match': '"1"' });
    expect([answer.status, answer.text]).toEqual([304, '']);
  });
});
