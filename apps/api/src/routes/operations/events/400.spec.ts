import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { type ApiClient, idOf, seedStep } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/events, 400', () => {
  test('400: a page token that was changed, or made for another operation', async () => {
    const [id, other] = [
      idOf(await client.create({ type: 'test.echo' })),
      idOf(await client.create({ type: 'test.echo' })),
    ];
    await seedStep(api.pool, id, { name: 'one' });
    const token = (await client.get(`/operations/${id}/events?pageSize=1`)).json?.['nextPageToken'] as string;
    expectProblem(await client.get(`/operations/${other}/events?pageToken=${token}`), 'page-token-invalid');
    expectProblem(await client.get(`/operations/${id}/events?pageToken=${token.slice(0, -2)}AA`), 'page-token-invalid');
    expectProblem(await client.get(`/operations/${id}/events?pageToken=x`), 'page-token-invalid');
  });

  test.each(['pageSize=-1', 'pageSize=two', 'pageSize=1&pageSize=2'])('400: %s', async (query) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    expectProblem(await client.get(`/operations/${id}/events?${query}`), 'parameter-invalid');
  });
});
