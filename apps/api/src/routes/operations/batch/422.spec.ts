import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ApiClient } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const batch = (items: unknown, headers = {}) => client.post('/operations/batch', headers, { items });
const echo = (key: unknown, input?: unknown) => ({ key, type: 'test.echo', ...(input === undefined ? {} : { input }) });

describe('POST /operations/batch, 422 for all of it', () => {
  test('422: a key that occurs twice, and nothing is stored', async () => {
    expectProblem(await batch([echo('t-1'), echo('t-2'), echo('t-1')]), 'validation-failed', {
      errors: [{ pointer: '/items/2/key', detail: expect.any(String) }],
    });
    expectProblem(await client.get('/operations/by-key/t-2'), 'operation-not-found');
  });

  test.each<[string, object, string]>([
    ['no items', {}, '/items'],
    ['items that are no array', { items: {} }, '/items'],
    ['an item that is no object', { items: [echo('x-1'), 5] }, '/items/1'],
    ['an unknown member', { items: [], atomic: true }, '/atomic'],
    ['501 items', { items: Array.from({ length: 501 }, (_, n) => echo(`x-${n}`)) }, '/items'],
  ])('422: %s', async (_case, body, pointer) => {
    expectProblem(await client.post('/operations/batch', {}, body), 'validation-failed', {
      errors: [{ pointer, detail: expect.any(String) }],
    });
    expectProblem(await client.get('/operations/by-key/x-1'), 'operation-not-found');
  });
});
