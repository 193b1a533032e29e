import { afterAll, beforeAll, describe, test } from '@jest/globals';
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

describe('POST /operations/batch, 4xx for all of it', () => {
  test('400, 401, 413, 415: as a create', async () => {
    expectProblem(await client.post('/operations/batch', {}, '{'), 'body-invalid');
    expectProblem(await client.post('/operations/batch', { authorization: '' }, {}), 'unauthenticated');
    const large = JSON.stringify({ items: [], pad: 'x'.repeat(1_048_576) });
    expectProblem(await client.post('/operations/batch', {}, large), 'body-too-large');
    expectProblem(
      await client.post('/operations/batch', { 'content-type': 'text/csv' }, 'a'),
      'media-type-unsupported',
    );
  });
});
