import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';

const HANDLERS = join(import.meta.dirname, '..', '..', 'clients', 'handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let api: ServiceProcess;

beforeAll(async () => {
  database = await freshDatabase();
  api = await ServiceProcess.start({
    databaseUrl: database.url,
    handlers: HANDLERS,
    role: 'api',
    env: { HOLDFAST_SWEEP_INTERVAL_MS: '100' },
  });
});

afterAll(async () => {
  await api.stop();
  await database.drop();
});

describe('an API process without any worker alive', () => {
  test('fails an operation whose deadline passes, with no effect, and a waiting client is told', async () => {
    const created = await fetch(`${api.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': unique('deadline'), prefer: 'wait=20' },
      body: JSON.stringify({ type: 'client.succeed', deadline: new Date(Date.now() + 500).toISOString() }),
    });
    expect(created.status).toBe(200);
    expect(await created.json()).toMatchObject({
      status: 'failed',
      error: { code: 'deadline_exceeded', effect: 'none' },
      attempt: { number: 0 },
    });
  });
});
