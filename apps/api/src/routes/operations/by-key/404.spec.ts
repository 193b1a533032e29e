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

describe('GET /operations/by-key/{key}, 404', () => {
  test('a key that was never seen, and is not seen by asking', async () => {
    expectProblem(await client.get('/operations/by-key/never'), 'operation-not-found');
    expectProblem(await client.get('/operations/by-key/never'), 'operation-not-found');
    expect((await client.create({ type: 'test.echo' }, 'never')).headers.get('idempotent-replayed')).toBe('false');
  });

  test.each([
    ['of 256 characters', 'a'.repeat(256)],
    ['with a NUL', 'a%00b'],
    ['beyond ASCII', '%C3%A9'],
    ['of bytes that are not UTF-8', '%FF'],
    ['of another case', 'KEY'],
  ])('a key that can never have been used or was not: %s', async (_case, key) => {
    await client.create({ type: 'test.echo' }, 'key');
    const answer = await client.get(`/operations/by-key/${key}`);
    expect([400, 404]).toContain(answer.status);
    expectProblem(answer, answer.status === 404 ? 'operation-not-found' : 'request-malformed');
  });

  test('a malformed escape is the fault of the request, never ours', async () => {
    expectProblem(await client.get('/operations/by-key/a%zz'), 'request-malformed');
  });

  test('an empty key', async () => {
    expectProblem(await client.get('/operations/by-key/'), 'route-not-found');
  });
});
