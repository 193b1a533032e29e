import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTypeId, newUuid, parseTypeId } from '@holdfast/kernel';
import { type Answer, type ApiClient, idOf } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;
let client: ApiClient;

beforeAll(async () => {
  api = await serveApi();
  client = api.client();
});
afterAll(() => api.stop());

const unknownId = () => formatTypeId('opn', newUuid(Date.now(), 5));

/** The body without what names this very request. */
function withoutInstance({ text, json }: Answer): string {
  return text.replace(json?.['instance'] as string, '');
}

describe('GET /operations/{id}, 404', () => {
  test('unknown id', async () => {
    expectProblem(await client.get(`/operations/${unknownId()}`), 'operation-not-found');
  });

  test.each([
    ['a word', 'nonsense'],
    ['a UUID', '01890a5d-ac96-774b-bcce-b302099a8057'],
    ['an id of another version', formatTypeId('opn', '01890a5d-ac96-474b-bcce-b302099a8057')],
    ['an id that is too large', 'opn_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
    ['SQL', "opn_1'%3B drop table operations--"],
    ['a NUL', 'opn_%00'],
    ['a path that climbs', '..%2f..%2fetc'],
    ['a key of objects', '__proto__'],
    ['more than any id', 'a'.repeat(1_000)],
  ])('malformed id: %s', async (_case, id) => {
    expectProblem(await client.get(`/operations/${id}`), 'operation-not-found');
  });

  test('the right UUID under a wrong prefix', async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const { uuid } = parseTypeId(id) ?? { uuid: '' };
    expectProblem(await client.get(`/operations/${formatTypeId('chg', uuid)}`), 'operation-not-found');
  });

  test("another tenant's id is answered as an unknown one, to the byte", async () => {
    const id = idOf(await client.create({ type: 'test.echo' }));
    const stranger = api.client();
    const foreign = await stranger.get(`/operations/${id}`);
    const unknown = await stranger.get(`/operations/${unknownId()}`);
    expectProblem(foreign, 'operation-not-found');
    expect(withoutInstance(foreign)).toBe(withoutInstance(unknown));
    const names = ({ headers }: Answer) => [...headers.keys()].sort();
    expect(names(foreign)).toEqual(names(unknown));
  });

  test("another tenant's operation can be neither read, nor canceled, nor resumed", async () => {
    const created = await client.create({ type: 'test.echo' }, 'guarded');
    const stranger = api.client();
    const id = idOf(created);
    expectProblem(await stranger.get(`/operations/${id}/result`), 'operation-not-found');
    expectProblem(await stranger.post(`/operations/${id}/cancel`), 'operation-not-found');
    expectProblem(await stranger.post(`/operations/${id}/resume`), 'operation-not-found');
    expectProblem(await stranger.get('/operations/by-key/guarded'), 'operation-not-found');
    expect((await stranger.get('/operations')).json).toEqual({ operations: [], nextPageToken: null });
    expect((await client.get(`/operations/${id}`)).text).toBe(created.text);
  });
});
