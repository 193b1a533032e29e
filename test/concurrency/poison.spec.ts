import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';

const HANDLERS = join(import.meta.dirname, '..', '..', 'concurrency', 'poison-handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;

const start = () =>
  ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS, env: { HOLDFAST_DRAIN_MS: '1000' } });

beforeAll(async () => {
  database = await freshDatabase();
  service = await start();
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

async function create(type: string, input: unknown = null) {
  const answer = await fetch(`${service.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': unique('poison'), prefer: 'wait=20' },
    body: JSON.stringify({ type, input }),
  });
  return (await answer.json()) as { id: string; status: string; result?: unknown };
}

describe('an error that a handler leaves to nobody', () => {
  test('fails the attempt that began it, by its policy, and neither the process nor another operation', async () => {
    const [poison, healthy] = await Promise.all([create('poison.floating'), create('healthy.echo', 'well')]);
    expect(poison).toMatchObject({
      status: 'failed',
      attempt: { number: 2, max: 2 },
      error: { code: 'handler_error', message: 'Nobody waits for me.' },
    });
    expect(healthy).toMatchObject({ status: 'succeeded', result: 'well' });
    expect(service.child.exitCode).toBeNull();
    expect(await create('healthy.echo', 'still well')).toMatchObject({ status: 'succeeded' });
  });

  test('thrown through the event loop ends the process in order, and counts against the operation', async () => {
    const poison = create('poison.timer').catch(() => null);
    expect(await service.ended()).toBe(1);
    await poison;
    service = await start();
    const answer = await fetch(`${service.url}/operations?type=poison.timer`);
    const { operations } = (await answer.json()) as { operations: unknown[] };
    expect(operations).toMatchObject([{ status: 'failed', error: { message: 'Nobody catches me.' } }]);
  });
});
