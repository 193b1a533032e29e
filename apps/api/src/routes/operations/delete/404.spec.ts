import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTypeId, newUuid } from '@holdfast/kernel';
import { type ApiClient, idOf, moveToFailed, moveToSucceeded, seedAttempt, seedStep } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const body = { type: 'test.echo', input: { secret: 'tulip' } };
const erase = (id: string, by = client) => by.call(`/operations/${id}`, { method: 'DELETE' });

/** An operation that ended, with something in every table. */
async function ended(key: string): Promise<string> {
  const id = idOf(await client.create(body, key));
  await client.create(body, key, { 'idempotency-attempt': '2;reason=timeout' });
  await client.post(`/operations/${id}/signals/go`, { 'idempotency-key': 's' }, { payload: 'tulip' });
  await seedStep(api.pool, id, { name: 'one', output: 'tulip' });
  await moveToFailed(api.pool, id);
  await client.post(`/operations/${id}/resume`, {}, { reason: 'tulip' });
  await seedAttempt(api.pool, id, { number: 1, fence: 1, outcome: 'retry', endedAgo: 10, error: { code: 'tulip' } });
  await moveToSucceeded(api.pool, id, { secret: 'tulip' });
  await api.engine.requests.settled();
  return id;
}

describe('DELETE /operations/{id}, 404', () => {
  test('404: unknown, malformed, or another tenant’s, before and after it is erased', async () => {
    expectProblem(await erase(formatTypeId('opn', newUuid(Date.now(), 9))), 'operation-not-found');
    expectProblem(await erase('nonsense'), 'operation-not-found');
    const id = await ended('mine');
    const stranger = api.client();
    expectProblem(await erase(id, stranger), 'operation-not-found');
    expect((await client.get(`/operations/${id}`)).status).toBe(200);
    await erase(id);
    expectProblem(await erase(id, stranger), 'operation-not-found');
    expectProblem(await stranger.get(`/operations/${id}`), 'operation-not-found');
    expectProblem(await client.get(`/operations/${id.replace('opn_', 'chg_')}`), 'operation-not-found');
  });
});
