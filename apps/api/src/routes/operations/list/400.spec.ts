import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('GET /operations, 400', () => {
  test.each([
    ['status', 'status=done'],
    ['status', 'status=pending&status=done'],
    ['type', 'type=test.echo&type=test.charge'],
    ['type', 'type=%27;drop%20table%20operations'],
    ['idempotencyKey', 'idempotencyKey=%00'],
    ['idempotencyKey', 'idempotencyKey=a&idempotencyKey=b'],
    ['label', 'label.env=a&label.env=b'],
    ['label', 'label.env=%00'],
    ['label', `label.${'x'.repeat(65)}=a`],
    ['createdAfter', 'createdAfter=yesterday'],
    ['createdBefore', 'createdBefore=2030-01-01'],
    ['pageSize', 'pageSize=-1'],
    ['pageSize', 'pageSize=NaN'],
    ['pageToken', 'pageToken=a&pageToken=b'],
  ])('the parameter %s is named when it is wrong: %s', async (name, query) => {
    expectProblem(await client.get(`/operations?${query}`), 'parameter-invalid', {
      detail: expect.stringContaining(name),
    });
  });

  test('a page token of other filters, of another tenant, or of nobody is refused', async () => {
    for (let n = 0; n < 3; n += 1) await client.create({ type: 'test.echo' });
    const { json } = await client.get('/operations?pageSize=1&status=pending');
    const token = json?.['nextPageToken'] as string;
    expect((await client.get(`/operations?status=pending&pageToken=${token}`)).status).toBe(200);
    expectProblem(await client.get(`/operations?status=failed&pageToken=${token}`), 'page-token-invalid');
    expectProblem(await client.get(`/operations?pageToken=${token}`), 'page-token-invalid');
    expectProblem(await api.client().get(`/operations?status=pending&pageToken=${token}`), 'page-token-invalid');
    for (const odd of ['x', `${token}A`, token.slice(1), "'; drop table operations--", '%00']) {
      expectProblem(await client.get(`/operations?status=pending&pageToken=${odd}`), 'page-token-invalid');
    }
  });
});
