import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { idOf } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operations/{id}/explain, 400', () => {
  test.each(['request=0', 'request=-1', 'request=x', 'request=', 'request=1.5', 'request=1001', 'request=1&request=2'])(
    '%s names no request',
    async (query) => {
      const client = api.client();
      const id = idOf(await client.create({ type: 'test.echo' }));
      expectProblem(await client.get(`/operations/${id}/explain?${query}`), 'parameter-invalid');
    },
  );
});
