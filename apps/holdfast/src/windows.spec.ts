import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { create, get } from './testing/service-client.js';
import { ServiceLab } from './testing/service-process.js';

const lab = new ServiceLab();
let database: EmbeddedServer;

beforeAll(async () => {
  database = await startEmbeddedPostgres({ dataDir: join(await lab.folder(), 'data') });
});

afterAll(async () => {
  await lab.close();
  await database.stop();
});

/** Asks again until the status is there; the test's own time limit ends it. */
async function until(url: string, status: number) {
  for (;;) {
    const answer = await get(url);
    if (answer.status === status) return answer;
    await pause(50);
  }
}

async function archivedSince(time: unknown): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query<Record<string, unknown>>(
    'select * from holdfast.operation_archive where created_at >= $1',
    [time],
  );
  await client.end();
  return rows;
}

describe('the windows of a key', () => {
  test('an ended operation is honored, then purged, then forgotten, and its key runs again only after that', async () => {
    const windows = { HOLDFAST_REPLAY_WINDOW_MS: '1500', HOLDFAST_SWEEP_INTERVAL_MS: '100' };
    const service = lab.start({ DATABASE_URL: database.url, ...windows, HOLDFAST_TOMBSTONE_MS: '2500' });
    const url = await service.ready();
    const first = await create(url, 'window', { type: 'demo.echo', input: 1 }, 10);
    expect(first.body).toMatchObject({ status: 'succeeded' });
    const id = String(first.body['id']);
    expect((await create(url, 'window', { type: 'demo.echo', input: 1 })).body['id']).toBe(id);

    const purged = await until(`${url}/operations/${id}`, 410);
    expect(purged.body).toMatchObject({ operationStatus: 'succeeded' });
    const expired = await create(url, 'window', { type: 'demo.echo', input: 1 });
    expect(expired).toMatchObject({
      status: 422,
      body: { error: { code: 'idempotency_key_expired' }, operationId: id, operationStatus: 'succeeded' },
    });
    const reused = await create(url, 'window', { type: 'demo.echo', input: 2 });
    expect(reused.body).toMatchObject({ error: { code: 'idempotency_key_reused' } });

    await until(`${url}/operations/by-key/window`, 404);
    expect((await get(`${url}/operations/${id}`)).status).toBe(404);
    const again = await create(url, 'window', { type: 'demo.echo', input: 2 }, 10);
    expect(again.status).toBe(200);
    expect(again.body['id']).not.toBe(id);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^holdfast_retention_purged_total [1-9]/m);
    expect(metrics).toMatch(/^holdfast_retention_forgotten_total [1-9]/m);
    service.signal('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  test('leaves the operation in the archive where one is kept, until it is erased', async () => {
    const windows = { HOLDFAST_REPLAY_WINDOW_MS: '2000', HOLDFAST_SWEEP_INTERVAL_MS: '100' };
    const service = lab.start({ DATABASE_URL: database.url, ...windows, HOLDFAST_ARCHIVE_MS: '86400000' });
    const url = await service.ready();
    const { body } = await create(url, 'archived', { type: 'demo.echo', input: 'tulip' }, 10);
    await create(url, 'archived', { type: 'demo.echo', input: 'tulip' });
    const operation = `${url}/operations/${String(body['id'])}`;
    await until(operation, 410);
    const kept = { type: 'demo.echo', status: 'succeeded', attempts: 1, replays: 1 };
    expect(await archivedSince(body['createdAt'])).toMatchObject([kept]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^holdfast_retention_archived_total [1-9]/m);
    expect((await fetch(operation, { method: 'DELETE' })).status).toBe(204);
    expect(await archivedSince(body['createdAt'])).toEqual([]);
    service.signal('SIGTERM');
    expect(await service.ended).toBe(0);
  });
});
