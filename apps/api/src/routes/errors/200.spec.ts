import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ERROR_CATALOGUE, ERROR_SLUGS } from '@holdfast/kernel';
import { type ServedApi, serveApi } from '../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /errors/{slug}, 200', () => {
  test.each(ERROR_SLUGS)('%s resolves to a page and to JSON', async (slug) => {
    const page = await api.client().get(`/errors/${slug}`, { accept: 'text/html,application/json;q=0.9' });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain(ERROR_CATALOGUE[slug].title);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const data = await api.client().get(`/errors/${slug}`, { accept: 'application/json' });
    expect(data.json).toMatchObject({ slug, ...ERROR_CATALOGUE[slug] });
  });
});
