import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ServedApi, serveApi } from '../../testing/serve-api.js';
import { TEST_TYPES } from '../../testing/test-types.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /operation-types, 200', () => {
  test('publishes every type with its retry policy, ordered by name', async () => {
    const { status, json } = await api.client().get('/operation-types');
    expect(status).toBe(200);
    const types = json?.['types'] as { name: string }[];
    expect(types.map(({ name }) => name)).toEqual([...TEST_TYPES.keys()].sort());
    expect(types[0]).toEqual({
      name: 'test.charge',
      description: 'Gives its input back.',
      idPrefix: 'chg',
      retry: { maxAttempts: 5, initialDelayMs: 200, factor: 2, maxDelayMs: 60_000, maxLost: 5 },
      attemptTimeoutMs: 30_000,
      replayWindowMs: 2_592_000_000,
      inputSchema: { type: 'object', required: ['amount'] },
    });
  });
});
