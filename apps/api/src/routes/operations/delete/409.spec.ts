import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ApiClient,
  idOf,
  moveToFailed,
  moveToRunning,
  moveToSucceeded,
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

describe('DELETE /operations/{id}, 409', () => {
  test('409: pending or running, it stays as it is', async () => {
    const id = idOf(await client.create(body));
    for (const status of ['pending', 'running']) {
      if (status === 'running') await moveToRunning(api.pool, id);
      const answer = await erase(id);
      expectProblem(answer, 'operation-not-terminal', { operationId: id, operationStatus: status });
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect((await client.get(`/operations/${id}`)).json).toMatchObject({ status });
    }
  });

  test('409: a child whose parent has not taken its outcome yet', async () => {
    const parent = idOf(await client.create(body));
    const child = idOf(await client.create(body));
    await moveToRunning(api.pool, parent);
    await moveToSucceeded(api.pool, child);
    await seedStep(api.pool, parent, { kind: 'call', name: 'child', finishedAgo: null });
    await link(parent, child);
    expectProblem(await erase(child), 'operation-not-terminal', { operationId: child });
    await api.pool.query('update holdfast.operation_steps set finished_at = now() where operation_id = $1', [
      uuidBehind(parent),
    ]);
    expect((await erase(child)).status).toBe(204);
  });

  test('of a resume and an erasure at the same moment, one wins, and the other is refused', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = idOf(await client.create(body));
      await moveToFailed(api.pool, id);
      const [resumed, erased] = await Promise.all([client.post(`/operations/${id}/resume`), erase(id)]);
      const outcome = [resumed.status, erased.status, (await client.get(`/operations/${id}`)).status];
      expect([
        [202, 409, 200],
        [410, 204, 410],
      ]).toContainEqual(outcome);
    }
  });
});

async function link(parent: string, child: string): Promise<void> {
  const uuids = [parent, child].map(uuidBehind);
  await api.pool.query(
    `update holdfast.operations set parent_shard = get_byte(uuid_send($1), 15), parent_id = $1 where id = $2`,
    uuids,
  );
  await api.pool.query('update holdfast.operation_steps set child_id = $2 where operation_id = $1', uuids);
}
