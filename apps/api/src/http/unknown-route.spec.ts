import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiClient, rawRequest } from '@holdfast/testkit';
import { expectProblem } from '../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

describe('404', () => {
  test.each(['/', '/nothing', '/operations/', '/operations/a/b/c', '/Operations', '//operations', '/v1/operations'])(
    '%s is no resource',
    async (path) => {
      expectProblem(await client.get(path), 'route-not-found');
    },
  );

  test('is said before the body of the request is looked at', async () => {
    expectProblem(await client.post('/nothing', { 'content-type': 'text/plain' }, 'x'), 'route-not-found');
    expectProblem(await client.post('/nothing', {}, 'x'.repeat(1_048_577)), 'route-not-found');
  });

  test('a path segment longer than any id or key', async () => {
    expectProblem(await client.get(`/operations/${'a'.repeat(2_000)}`), 'route-not-found');
  });
});

describe('405', () => {
  test.each([
    ['DELETE', '/operations', 'GET, HEAD, POST'],
    ['PUT', '/operations/opn_x', 'DELETE, GET, HEAD'],
    ['GET', '/operations/opn_x/cancel', 'POST'],
    ['HEAD', '/operations/opn_x/cancel', 'POST'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['OPTIONS', '/operations', 'GET, HEAD, POST'],
  ])('%s %s is answered with the methods there are', async (method, path, allowed) => {
    const answer = await client.call(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allowed]);
    if (method !== 'HEAD') expectProblem(answer, 'method-not-allowed');
  });

  test('a method override is not one', async () => {
    const answer = await client.post('/operations/opn_x', { 'x-http-method-override': 'GET' });
    expectProblem(answer, 'method-not-allowed');
  });

  test('TRACE gives nothing back of the request', async () => {
    const answer = await rawRequest(
      api.url,
      'TRACE /operations HTTP/1.1\r\nHost: x\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).not.toContain('s3cret');
  });
});
