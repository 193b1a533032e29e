import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, memberOf, moveToFailed, passDeadline } from '@holdfast/testkit';
import { expectLocated, expectRetryAfter } from '../../../testing/expect-headers.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

async function failed(): Promise<string> {
  const id = idOf(await client.create({ type: 'test.echo' }));
  await moveToFailed(api.pool, id);
  return id;
}

describe('POST /operations/{id}/resume, 202', () => {
  test('failed: the same operation is pending again, with more attempts and its last error kept', async () => {
    const id = await failed();
    const answer = await client.post(`/operations/${id}/resume`, {}, { reason: 'card updated' });
    expect(answer.status).toBe(202);
    expect(answer.json).toMatchObject({
      id,
      status: 'pending',
      finishedAt: null,
      attempt: { number: 2, lastError: { code: 'card_declined' } },
      idempotency: { honoredUntil: null },
    });
    expect(answer.json).not.toHaveProperty('error');
    expect((memberOf(answer, 'attempt') as { max: number }).max).toBeGreaterThanOrEqual(6);
    expectLocated(answer);
    expectRetryAfter(answer, true);
  });

  test('If-Match with the current version lets it pass, alone or in a list', async () => {
    for (const field of [(etag: string) => etag, (etag: string) => `"0", ${etag}`, () => '*']) {
      const id = await failed();
      const etag = (await client.get(`/operations/${id}`)).headers.get('etag') as string;
      expect((await client.post(`/operations/${id}/resume`, { 'if-match': field(etag) })).status).toBe(202);
    }
  });

  test('the same key never resumes twice', async () => {
    const id = await failed();
    const headers = { 'idempotency-key': 'resume-1' };
    const first = await client.post(`/operations/${id}/resume`, headers);
    await moveToFailed(api.pool, id);
    const again = await client.post(`/operations/${id}/resume`, headers);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.json).toMatchObject({ id, status: 'failed' });
    const other = await client.post(`/operations/${id}/resume`, { 'idempotency-key': '"resume-2"' });
    expect(other.json).toMatchObject({ id, status: 'pending' });
  });

  test('a deadline that is over is replaced, or removed', async () => {
    for (const deadline of ['2999-01-01T00:00:00Z', null]) {
      const id = await failed();
      await passDeadline(api.pool, id);
      expect((await client.post(`/operations/${id}/resume`, {}, { deadline })).status).toBe(202);
    }
  });
});
