import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToSucceeded } from '@holdfast/testkit';
import { expectNotLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/result, 200', () => {
  test.each<[string, unknown]>([
    ['an object', { receipt: 'r1', ä: [1, 2, { x: null }] }],
    ['text', 'done'],
    ['a number', 0],
    ['false', false],
    ['null, which a handler returned on purpose', null],
  ])('succeeded: the bare result, here %s', async (_case, result) => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToSucceeded(api.pool, id, result);
    const answer = await client.get(`/operations/${id}/result`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual(result);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('etag')).toMatch(/^"\d+"$/);
    expectRetryAfter(answer, false);
    expectNotLocated(answer);
  });

  test('a result that has been seen is not sent again', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    await moveToSucceeded(api.pool, id, 'x');
    const etag = (await client.get(`/operations/${id}/result`)).headers.get('etag') as string;
    const answer = await client.get(`/operations/${id}/result`, { 'if-none-match': etag });
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([304, '', etag]);
  });
});
