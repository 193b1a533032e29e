import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { idOf, moveToSucceeded } from '@holdfast/testkit';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/result, 204', () => {
  test('succeeded and returned nothing: no content', async () => {
    const client = api.client();
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToSucceeded(api.pool, id);
    const answer = await client.get(`/operations/${id}/result`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('etag')).toMatch(/^"\d+"$/);
    expect(answer.headers.get('content-type')).toBeNull();
  });
});
