import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ApiClient,
  idOf,
  moveToFailed,
  moveToSucceeded,
  rowsLeft,
  seedAttempt,
  seedStep,
  uuidBehind,
} from '@holdfast/testkit';
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

/** As a sweep leaves an operation whose window is over, and later its tombstone. */
async function archived(id: string, tombstone: 'kept' | 'forgotten'): Promise<string> {
  const uuid = uuidBehind(id);
  await api.pool.query(
    `insert into holdfast.operation_archive
       (shard, id, tenant, type, status, attempts, lost, replays, created_at, finished_at)
     select shard, id, tenant, type, status, attempt, lost, 1, created_at, finished_at
       from holdfast.operations where id = $1`,
    [uuid],
  );
  expect(await client.call(`/operations/${id}`, { method: 'DELETE' })).toMatchObject({ status: 204 });
  if (tombstone === 'forgotten')
    await api.pool.query('delete from holdfast.operation_tombstones where id = $1', [uuid]);
  return id;
}

async function inArchive(id: string): Promise<number> {
  const { rows } = await api.pool.query('select from holdfast.operation_archive where id = $1', [uuidBehind(id)]);
  return rows.length;
}

describe('DELETE /operations/{id}, 204', () => {
  test('204: everything is erased, and 204 again', async () => {
    const id = await ended('gone-1');
    expect(await rowsLeft(api.pool, id)).toEqual({ steps: 1, attempts: 1, signals: 1, requests: 1, resumes: 1 });
    const first = await erase(id);
    const again = await erase(id);
    expect([first.status, first.text, again.status, again.text]).toEqual([204, '', 204, '']);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(await rowsLeft(api.pool, id)).toEqual({ steps: 0, attempts: 0, signals: 0, requests: 0, resumes: 0 });
  });

  test('afterwards every look at it says that it is gone, how it ended and when it was erased', async () => {
    const id = await ended('gone-2');
    await erase(id);
    const members = { operationId: id, operationStatus: 'succeeded', purgedAt: expect.stringMatching(/Z$/) };
    const key = { 'idempotency-key': 'k' };
    for (const answer of [
      await client.get(`/operations/${id}`),
      await client.get(`/operations/${id}?view=full`),
      await client.get(`/operations/${id}/result`),
      await client.get(`/operations/${id}/events`),
      await client.get(`/operations/${id}/events`, { accept: 'text/event-stream' }),
      await client.get('/operations/by-key/gone-2'),
      await client.post(`/operations/${id}/cancel`),
      await client.post(`/operations/${id}/resume`),
      await client.post(`/operations/${id}/signals/go`, key, { payload: 1 }),
    ]) {
      expectProblem(answer, 'operation-purged', members);
      expect(answer.text).not.toContain('tulip');
    }
    expect((await client.get('/operations?idempotencyKey=gone-2')).json).toMatchObject({ operations: [] });
  });

  test('afterwards its key never runs again: expired for the same request, reused for another', async () => {
    const id = await ended('gone-3');
    await erase(id);
    expectProblem(await client.create(body, 'gone-3'), 'idempotency-key-expired', {
      operationId: id,
      operationStatus: 'succeeded',
    });
    expectProblem(await client.create({ ...body, input: 1 }, 'gone-3'), 'idempotency-key-reused', { operationId: id });
    expectProblem(await client.get(`/operations/${id}`), 'operation-purged');
  });

  test('what was purged is erased from the archive, also when its tombstone is forgotten already', async () => {
    const known = await archived(await ended('archived-1'), 'kept');
    expect((await erase(known, api.client())).status).toBe(404);
    expect(await inArchive(known)).toBe(1);
    expect([(await erase(known)).status, await inArchive(known), (await erase(known)).status]).toEqual([204, 0, 204]);
    const forgotten = await archived(await ended('archived-2'), 'forgotten');
    expect([(await erase(forgotten)).status, await inArchive(forgotten)]).toEqual([204, 0]);
    expect((await erase(forgotten)).status).toBe(404);
  });
});
