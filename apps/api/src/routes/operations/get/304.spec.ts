import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToSucceeded } from '@holdfast/testkit';
import { expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('GET /operations/{id}, 304', () => {
  test.each([
    ['the current ETag', (etag: string) => etag],
    ['a list with the current ETag', (etag: string) => `"x", W/"y", ${etag}`],
    ['the current ETag, weakened on the way', (etag: string) => `W/${etag}`],
    ['any version', () => '*'],
  ])('If-None-Match names %s: nothing but the headers', async (_case, field) => {
    const created = await client.create({ type: 'test.echo' });
    const path = `/operations/${idOf(created)}`;
    const get = await client.get(path);
    const etag = get.headers.get('etag') as string;
    const answer = await client.get(path, { 'if-none-match': field(etag) });
    expect([answer.status, answer.text]).toEqual([304, '']);
    for (const name of ['etag', 'cache-control', 'vary']) {
      expect([name, answer.headers.get(name)]).toEqual([name, get.headers.get(name)]);
    }
    expectRetryAfter(answer, true);
  });

  test('a wait with If-None-Match that sees no change ends in 304', async () => {
    const created = await client.create({ type: 'test.echo' });
    const headers = { prefer: 'wait=1', 'if-none-match': created.headers.get('etag') as string };
    const answer = await client.get(`/operations/${idOf(created)}`, headers);
    expect([answer.status, answer.headers.get('preference-applied')]).toEqual([304, 'wait=1']);
  });

  test('a finished operation is not waited for: it will not change', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToSucceeded(api.pool, id);
    const etag = (await client.get(`/operations/${id}`)).headers.get('etag') as string;
    const began = performance.now();
    const answer = await client.get(`/operations/${id}`, { prefer: 'wait=30', 'if-none-match': etag });
    expect(answer.status).toBe(304);
    expectRetryAfter(answer, false);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test.each(['"0"', 'nonsense', '""', '1'])('never without a match: %s gets the operation', async (field) => {
    const created = await client.create({ type: 'test.echo' });
    expect((await client.get(`/operations/${idOf(created)}`, { 'if-none-match': field })).status).toBe(200);
  });
});
