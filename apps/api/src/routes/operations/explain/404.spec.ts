import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatTypeId, newUuid, parseTypeId } from '@holdfast/kernel';
import { type Answer, idOf } from '@holdfast/testkit';
import { expectProblem } from '../../../testing/expect-problem.js';
import { type ServedApi, serveApi } from '../../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

const withoutInstance = ({ text, json }: Answer) => text.replace(json?.['instance'] as string, '');

describe('GET /operations/{id}/explain, 404', () => {
  test('unknown, malformed, or the right UUID under a wrong prefix', async () => {
    const client = api.client();
    const { uuid } = parseTypeId(idOf(await client.create({ type: 'test.echo' }))) ?? { uuid: '' };
    for (const id of [formatTypeId('opn', newUuid(Date.now(), 4)), 'nonsense', formatTypeId('chg', uuid)]) {
      expectProblem(await client.get(`/operations/${id}/explain`), 'operation-not-found');
    }
  });

  test("another tenant's operation is answered as an unknown one, to the byte", async () => {
    const id = idOf(await api.client().create({ type: 'test.echo' }));
    const stranger = api.client();
    const foreign = await stranger.get(`/operations/${id}/explain`);
    const unknown = await stranger.get(`/operations/${formatTypeId('opn', newUuid(Date.now(), 5))}/explain`);
    expectProblem(foreign, 'operation-not-found');
    expect(withoutInstance(foreign)).toBe(withoutInstance(unknown));
  });
});
