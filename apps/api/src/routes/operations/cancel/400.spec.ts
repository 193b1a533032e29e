import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('POST /operations/{id}/cancel, 4xx for its body', () => {
  test('a body that is no JSON object was meant for something else, and cancels nothing', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const path = `/operations/${id}/cancel`;
    expectProblem(await client.post(path, {}, '[]'), 'body-invalid');
    expectProblem(await client.post(path, {}, '{'), 'body-invalid');
    expectProblem(await client.post(path, { 'content-type': 'text/plain' }, 'stop'), 'media-type-unsupported');
    expectProblem(await client.post(path, {}, 'x'.repeat(1_048_577)), 'body-too-large');
    expect((await client.get(`/operations/${id}`)).json).toMatchObject({ status: 'pending' });
  });
});
