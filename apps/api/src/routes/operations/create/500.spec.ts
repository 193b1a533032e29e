import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';
import { TEST_TYPES } from '../../../testing/test-types.js';

let api: ServedApi;

beforeAll(async () => {
  const [[, echo] = []] = TEST_TYPES;
  if (!echo) throw new Error('there is no type to break');
  const broken = {
    ...echo,
    name: 'test.broken',
    validateInput: () => {
      throw Object.assign(new Error('connection string postgres://user:hunter2@db'), { detail: 'hunter2' });
    },
  };
  api = await serveApi({ types: new Map([...TEST_TYPES, [broken.name, broken]]) });
});
afterAll(() => api.stop());

describe('POST /operations, 500', () => {
  test('an unexpected fault is answered without anything from inside', async () => {
    const answer = await api.client().create({ type: 'test.broken' });
    expectProblem(answer, 'internal');
    expect(answer.text).not.toMatch(/hunter2|postgres|stack|\.js/);
  });

  test('is never remembered under the key', async () => {
    const client = api.client();
    expectProblem(await client.create({ type: 'test.broken' }, 'again'), 'internal');
    expect((await client.create({ type: 'test.echo' }, 'again')).status).toBe(202);
  });
});
