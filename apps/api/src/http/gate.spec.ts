import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { expectProblem } from '../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../testing/serve-api.js';

@Controller()
class OtherController {
  @Get(['health/live', 'metrics', 'unlisted', 'healthy'])
  answer(): string {
    return 'here';
  }
}

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi({ controllers: [OtherController] });
});
afterAll(() => api.stop());

describe('a route outside the route table', () => {
  test.each(['/health/live', '/metrics'])('that probes read needs no token: %s', async (path) => {
    expect((await api.client().get(path, { authorization: '' })).text).toBe('here');
  });

  test.each(['/unlisted', '/healthy'])('needs a token all the same: %s', async (path) => {
    expectProblem(await api.client().get(path, { authorization: '' }), 'unauthenticated');
    expect((await api.client().get(path)).text).toBe('here');
  });

  test('knows its methods like any other', async () => {
    const answer = await api.client().post('/metrics');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('is not published as a part of the API', async () => {
    expect((await api.client().get('/openapi.json')).text).not.toContain('unlisted');
  });
});

test('every answer carries an id of its own, which no client chooses', async () => {
  const ids = new Set<string | null>();
  for (let n = 0; n < 3; n += 1) {
    const answer = await api.client().get('/operations', { 'request-id': 'mine', 'x-request-id': 'mine' });
    ids.add(answer.headers.get('request-id'));
  }
  expect(ids.size).toBe(3);
  expect(ids.has('mine')).toBe(false);
});
