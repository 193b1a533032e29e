import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTE_IDS, routeOf } from '@holdfast/contract';
import { idOf } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let open: ServedApi;

beforeAll(async () => {
  api = await serveApi();
  open = await serveApi({ withTokens: false });
});
afterAll(() => Promise.all([api.stop(), open.stop()]));

describe('401', () => {
  test.each([
    ['no credentials', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['an unknown token', 'Bearer nobody'],
    ['a token without a scheme', 'nobody'],
    ['an empty token', 'Bearer '],
    ['two tokens', 'Bearer a b'],
    ['a token of 8 kB', `Bearer ${'x'.repeat(8_000)}`],
  ])('is the uniform answer to %s', async (_case, authorization) => {
    const answer = await api.client().create({ type: 'test.echo' }, 'a', { authorization });
    expectProblem(answer, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('comes before anything is said about the key or the body', async () => {
    expectProblem(await api.client().create('not json', 'a b', { authorization: '' }), 'unauthenticated');
  });

  test('is what a token in the query gets: such tokens end up in logs', async () => {
    const { token } = api.client().caller;
    const answer = await api.client().call(`/operations?access_token=${token}`, { headers: { authorization: '' } });
    expectProblem(answer, 'unauthenticated');
  });

  test.each(ROUTE_IDS.filter((id) => routeOf(id).access === 'tenant'))('guards %s', async (id) => {
    const { method, path } = routeOf(id);
    const address = path.replace('{id}', 'opn_x').replace('{key}', 'k');
    const answer = await api.client().call(address, { method, headers: { authorization: '', 'idempotency-key': 'k' } });
    expectProblem(answer, 'unauthenticated');
  });

  test('never guards what describes the service', async () => {
    for (const path of ['/openapi.json', '/errors/unauthenticated']) {
      expect((await api.client().get(path, { authorization: '' })).status).toBe(200);
    }
  });

  test('a valid token is taken whatever the case of its scheme', async () => {
    const client = api.client();
    const headers = { authorization: `bEARER   ${client.caller.token}` };
    expect((await client.create({ type: 'test.echo' }, 'a', headers)).status).toBe(202);
  });

  test('does not exist without tokens: every caller is the tenant default, whatever it sends', async () => {
    const key = `no-tokens-${Date.now()}`;
    const first = await open.client().create({ type: 'test.echo' }, key, { authorization: 'Bearer whatever' });
    const again = await open.client().create({ type: 'test.echo' }, key, { authorization: '' });
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(idOf(again)).toBe(idOf(first));
    const { rows } = await open.pool.query('select tenant from holdfast.operations where idempotency_key = $1', [key]);
    expect(rows).toEqual([{ tenant: 'default' }]);
  });
});
