import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToRunning } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('POST /operations/{id}/cancel, 202', () => {
  test('a pending operation is canceled at once, and nothing was done', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const answer = await client.post(`/operations/${id}/cancel`);
    expect([answer.status, answer.json?.['status']]).toEqual([202, 'canceled']);
    expect(answer.json).toMatchObject({
      error: { code: 'canceled', effect: 'none', retryable: false },
      cancelRequestedAt: expect.any(String),
      finishedAt: expect.any(String),
    });
    expectLocated(answer);
    expectRetryAfter(answer, false);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('on a running operation the request is recorded, again and again, and once', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToRunning(api.pool, id);
    const first = await client.post(`/operations/${id}/cancel`);
    const again = await client.post(`/operations/${id}/cancel`);
    expect([first.status, first.json?.['status']]).toEqual([202, 'running']);
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(first.json).toMatchObject({ cancelRequestedAt: expect.any(String) });
    expectLocated(first);
    expectRetryAfter(first, true);
  });

  test.each<[string, Record<string, string>, string | undefined]>([
    ['no body and no media type', {}, undefined],
    ['no body and any media type', { 'content-type': 'text/plain' }, undefined],
    ['no body and a media type that is none', { 'content-type': 'nonsense' }, undefined],
    ['an empty JSON body', { 'content-type': 'application/json' }, ''],
    ['an empty object', { 'content-type': 'application/json' }, '{}'],
    ['a key, which means nothing here', { 'idempotency-key': 'a b' }, undefined],
  ])('is the answer to %s', async (_case, headers, body) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    expect((await client.post(`/operations/${id}/cancel`, headers, body)).status).toBe(202);
  });
});
