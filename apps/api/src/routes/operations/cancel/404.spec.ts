import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { formatTypeId, newUuid } from '@holdfast/kernel';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('POST /operations/{id}/cancel, 404', () => {
  test.each(['nonsense', formatTypeId('opn', newUuid(Date.now(), 5))])('%s is unknown', async (id) => {
    expectProblem(await api.client().post(`/operations/${id}/cancel`), 'operation-not-found');
  });
});
