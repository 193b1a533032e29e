import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, idOf, moveToFailed, moveToRunning, seedStep, uuidBehind } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const UNKNOWN = { code: 'outcome_unknown', message: 'Nobody knows.', retryable: false, effect: 'unknown' } as const;

/** A failed operation that remembers `quote`, a nap, `book`, and a charge of which nobody knows how it ended. */
async function failed(): Promise<string> {
  const id = idOf(await client.create({ type: 'test.echo' }));
  await moveToRunning(api.pool, id);
  await seedStep(api.pool, id, { name: 'first', finishedAgo: 900, output: 0 });
  await seedStep(api.pool, id, { name: 'quote', finishedAgo: 800, output: 1 });
  await seedStep(api.pool, id, { name: 'nap', kind: 'sleep', startedAgo: 700, finishedAgo: null, dueIn: -100 });
  await seedStep(api.pool, id, { name: 'book', kind: 'transaction', startedAgo: 90, finishedAgo: 80, output: 2 });
  await seedStep(api.pool, id, { name: 'charge', startedAgo: 50, finishedAgo: null });
  await moveToFailed(api.pool, id, UNKNOWN);
  return id;
}

async function stepsOf(id: string): Promise<Record<string, unknown>> {
  const { rows } = await api.pool.query<{ name: string; output: unknown; finished: boolean }>(
    `select name, output, finished_at is not null as finished
       from holdfast.operation_steps where operation_id = $1`,
    [uuidBehind(id)],
  );
  return Object.fromEntries(rows.map(({ name, output, finished }) => [name, finished ? output : 'unfinished']));
}

async function auditOf(id: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await api.pool.query<Record<string, unknown>>(
    `select reason, from_step, decision, error ->> 'code' as code, failed_at is not null as dated
       from holdfast.operation_resumes where operation_id = $1`,
    [uuidBehind(id)],
  );
  return rows[0];
}

const resume = (id: string, body: object, headers = {}) => client.post(`/operations/${id}/resume`, headers, body);

describe('POST /operations/{id}/resume with fromStep', () => {
  test('forgets that step and what came after it, never a charge nobody knows of, and writes down who asked', async () => {
    const id = await failed();
    const answer = await resume(id, { fromStep: 'quote', reason: 'wrong price' });
    expect([answer.status, answer.json?.['status']]).toEqual([202, 'pending']);
    expect(await stepsOf(id)).toEqual({ first: 0, charge: 'unfinished' });
    expect(await auditOf(id)).toEqual({
      reason: 'wrong price',
      from_step: 'quote',
      decision: null,
      code: 'outcome_unknown',
      dated: true,
    });
  });

  test('may name a wait', async () => {
    const id = await failed();
    expect((await resume(id, { fromStep: 'nap' })).status).toBe(202);
    expect(await stepsOf(id)).toEqual({ first: 0, quote: 1, charge: 'unfinished' });
  });

  test.each(['no such step', 'charge'])(
    '422: «%s» is no step that has ended, and nothing changes',
    async (fromStep) => {
      const id = await failed();
      const before = await client.get(`/operations/${id}`);
      expectProblem(await resume(id, { fromStep }), 'validation-failed', {
        errors: [{ pointer: '/fromStep', detail: expect.any(String) }],
      });
      expect((await client.get(`/operations/${id}`)).text).toBe(before.text);
      expect(Object.keys(await stepsOf(id))).toHaveLength(5);
    },
  );

  test('without it every completed step stays', async () => {
    const id = await failed();
    expect((await resume(id, {})).status).toBe(202);
    expect(await stepsOf(id)).toEqual({ first: 0, quote: 1, nap: 'unfinished', book: 2, charge: 'unfinished' });
  });
});

describe('POST /operations/{id}/resume with a decision', () => {
  test('done: the result becomes what the step returned, and who decided is written down', async () => {
    const id = await failed();
    const body = { step: 'charge', outcome: 'done', result: { receipt: 'r-1' }, reason: 'asked the bank' };
    expect((await resume(id, body)).status).toBe(202);
    expect(await stepsOf(id)).toMatchObject({ quote: 1, book: 2, charge: { receipt: 'r-1' } });
    expect(await auditOf(id)).toMatchObject({
      reason: 'asked the bank',
      decision: { step: 'charge', outcome: 'done', result: { receipt: 'r-1' } },
    });
  });

  test('not-done: the step is forgotten, so that it is done', async () => {
    const id = await failed();
    expect((await resume(id, { step: 'charge', outcome: 'not-done' })).status).toBe(202);
    expect(await stepsOf(id)).toEqual({ first: 0, quote: 1, nap: 'unfinished', book: 2 });
  });

  test.each(['quote', 'nap', 'no such step'])(
    '422: the outcome of «%s» is not unknown, and nothing changes',
    async (step) => {
      const id = await failed();
      expectProblem(await resume(id, { step, outcome: 'done', result: 1 }), 'validation-failed', {
        errors: [{ pointer: '/step', detail: expect.any(String) }],
      });
      expect((await client.get(`/operations/${id}`)).json).toMatchObject({ status: 'failed' });
      expect(await stepsOf(id)).toMatchObject({ quote: 1, charge: 'unfinished' });
    },
  );

  test('a repeat with the same key decides nothing again, and status comes before the steps', async () => {
    const id = await failed();
    const headers = { 'idempotency-key': 'decision-1' };
    const body = { step: 'charge', outcome: 'done', result: 1 };
    expect((await resume(id, body, headers)).status).toBe(202);
    expect((await resume(id, body, headers)).status).toBe(202);
    expect((await resume(id, { step: 'charge', outcome: 'done', result: 2 })).status).toBe(200);
    expect(await stepsOf(id)).toMatchObject({ charge: 1 });
  });

  test('the ETag of the full view guards it, too', async () => {
    const id = await failed();
    const etag = (await client.get(`/operations/${id}?view=full`)).headers.get('etag') as string;
    const body = { step: 'charge', outcome: 'not-done' };
    expectProblem(await resume(id, body, { 'if-match': '"1-full-abc"' }), 'precondition-failed');
    expect((await resume(id, body, { 'if-match': etag })).status).toBe(202);
  });
});
