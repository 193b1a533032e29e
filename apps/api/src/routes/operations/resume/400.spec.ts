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

describe('POST /operations/{id}/resume, 4xx for the request', () => {
  test('a malformed key or body resumes nothing', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToFailed(api.pool, id);
    const path = `/operations/${id}/resume`;
    expectProblem(await client.post(path, { 'idempotency-key': 'a b' }), 'idempotency-key-invalid');
    expectProblem(await client.post(path, {}, '[]'), 'body-invalid');
    expectProblem(await client.post(path, { 'content-type': 'text/plain' }, 'go'), 'media-type-unsupported');
    expectProblem(await client.post(path, {}, { deadline: 'soon', force: 1 }), 'validation-failed', {
      errors: [
        { pointer: '/force', detail: expect.any(String) },
        { pointer: '/deadline', detail: expect.any(String) },
      ],
    });
    expectProblem(await client.post(path, {}, '{"reason":"\\u0000"}'), 'validation-failed');
    expect((await client.get(`/operations/${id}`)).json).toMatchObject({ status: 'failed' });
  });
});
