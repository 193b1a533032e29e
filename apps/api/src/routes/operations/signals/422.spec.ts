import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToSucceeded } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const key = (value: string) => ({ 'idempotency-key': value });
const create = async () => idOf(await client.create({ type: 'test.echo' }));

describe('POST /operations/{id}/signals/{name}, 422', () => {
  test('422: an unknown member, and text that cannot be stored', async () => {
    const path = `/operations/${await create()}/signals/go`;
    expectProblem(await client.post(path, key('k'), { payload: 1, to: 'x' }), 'validation-failed', {
      errors: [{ pointer: '/to', detail: expect.any(String) }],
    });
    expectProblem(await client.post(path, key('k'), '{"payload":{"a":"\\u0000"}}'), 'validation-failed', {
      errors: [{ pointer: '/payload/a', detail: expect.any(String) }],
    });
  });

  test.each([
    ['of 129 characters', 'x'.repeat(129)],
    ['with a line break', 'a%0Ab'],
    ['with a NUL', 'a%00'],
  ])('422: a name %s', async (_case, name) => {
    const path = `/operations/${await create()}/signals/${name}`;
    expectProblem(await client.post(path, key('k'), { payload: 1 }), 'validation-failed', {
      errors: [{ pointer: '', detail: expect.stringContaining('name') }],
    });
  });

  test('422: the same key with another payload', async () => {
    const id = await create();
    const path = `/operations/${id}/signals/go`;
    expect((await client.post(path, key('k'), { payload: 1 })).status).toBe(202);
    expectProblem(await client.post(path, key('k'), { payload: 2 }), 'idempotency-key-reused', { operationId: id });
  });

  test('422: an operation that has ended', async () => {
    const id = await create();
    await moveToSucceeded(api.pool, id);
    expectProblem(await client.post(`/operations/${id}/signals/go`, key('k'), { payload: 1 }), 'operation-terminal', {
      operationId: id,
    });
  });
});
