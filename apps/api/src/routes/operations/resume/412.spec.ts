import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToFailed } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('POST /operations/{id}/resume, 412', () => {
  test.each([
    ['an earlier version', () => '"1"'],
    ['the current version, weakly', (etag: string) => `W/${etag}`],
    ['nothing readable', () => 'nonsense'],
  ])('failed, and If-Match names %s: it stays as it is', async (_case, field) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToFailed(api.pool, id);
    const before = await client.get(`/operations/${id}`);
    const headers = { 'if-match': field(before.headers.get('etag') as string) };
    expectProblem(await client.post(`/operations/${id}/resume`, headers), 'precondition-failed', { operationId: id });
    expect((await client.get(`/operations/${id}`)).text).toBe(before.text);
  });

  test('of two people who saw the same failure, one resumes', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToFailed(api.pool, id);
    const etag = (await client.get(`/operations/${id}`)).headers.get('etag') as string;
    const first = await client.post(`/operations/${id}/resume`, { 'if-match': etag });
    await moveToFailed(api.pool, id);
    const second = await client.post(`/operations/${id}/resume`, { 'if-match': etag });
    expect(first.status).toBe(202);
    expectProblem(second, 'precondition-failed');
  });
});
