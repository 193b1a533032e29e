import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTE_IDS } from '@holdfast/contract';
import { type ServedApi, serveApi } from '../../testing/serve-api.js';

let api: ServedApi;

beforeAll(async () => {
  api = await serveApi();
});
afterAll(() => api.stop());

describe('GET /idempotency-policy, 200', () => {
  test('publishes windows, limits, and a guarantee for every endpoint and every type', async () => {
    const { status, json } = await api.client().get('/idempotency-policy');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      key: { header: 'Idempotency-Key', maxLength: 255 },
      fingerprint: { version: 1, members: ['type', 'input', 'runAt', 'delayMs', 'deadline'] },
      windows: { replayWindowMs: 2_592_000_000, tombstoneMs: 31_536_000_000 },
      limits: { bodyBytes: 1_048_576, jsonDepth: 128, labels: 20, waitSeconds: 30, pageSize: 200 },
      types: [{ name: 'test.charge' }, { name: 'test.echo' }],
    });
    const endpoints = json?.['endpoints'] as { operationId: string; repeatable: boolean; promise: string }[];
    expect(endpoints.map(({ operationId }) => operationId)).toEqual([...ROUTE_IDS]);
    expect(endpoints.every(({ repeatable, promise }) => repeatable && promise.length > 0)).toBe(true);
  });
});
