import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { expectProblem } from '../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /errors/{slug}, 404', () => {
  test.each(['unknown', 'constructor', '__proto__', '%3Cscript%3E'])('%s is no problem type', async (slug) => {
    expectProblem(await api.client().get(`/errors/${slug}`), 'route-not-found');
  });
});
