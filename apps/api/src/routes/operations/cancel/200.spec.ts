import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToFailed, moveToSucceeded } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('POST /operations/{id}/cancel, 200', () => {
  test.each([
    ['succeeded', (id: string) => moveToSucceeded(api.pool, id, 1)],
    ['failed', (id: string) => moveToFailed(api.pool, id)],
    ['canceled', (id: string) => client.post(`/operations/${id}/cancel`)],
  ])('it was already %s: no error, and nothing changed', async (status, end) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await end(id);
    const before = await client.get(`/operations/${id}`);
    const answer = await client.post(`/operations/${id}/cancel`);
    expect([answer.status, answer.json?.['status'], answer.text]).toEqual([200, status, before.text]);
    expectLocated(answer);
    expectRetryAfter(answer, false);
  });
});
