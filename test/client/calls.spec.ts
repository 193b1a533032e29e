import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Holdfast,
  OperationCanceledError,
  OperationFailedError,
  OperationNotResumableError,
  OperationTypeUnknownError,
  UnauthenticatedError,
} from '@holdfast/client';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';

const HANDLERS = join(import.meta.dirname, '..', '..', 'client', 'handlers.mjs');

interface Operations {
  'client.order': { input: { cents: number }; result: { charged: number; by: string } };
  'client.double': { input: { n: number }; result: number };
  'client.nothing': { input: null; result: undefined };
  'client.fails': { input: null; result: never };
  'client.once-more': { input: null; result: number };
}

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;
let holdfast: Holdfast<Operations>;

const start = (port?: number) =>
  ServiceProcess.start({
    databaseUrl: database.url,
    handlers: HANDLERS,
    env: { HOLDFAST_TOKENS: 'a-token-of-the-tests:tests' },
    ...(port === undefined ? {} : { port }),
  });

beforeAll(async () => {
  database = await freshDatabase();
  service = await start();
  holdfast = new Holdfast<Operations>({ baseUrl: service.url, token: 'a-token-of-the-tests' });
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Resolves once the operation waits for its approval. */
async function untilItWaits(id: string): Promise<void> {
  const stop = new AbortController();
  const waits = new Error('it waits');
  const onChange = ({ waitingFor }: { waitingFor: { reason: string } | null }) => {
    if (waitingFor?.reason === 'signal') stop.abort(waits);
  };
  await expect(holdfast.wait(id, { onChange, signal: stop.signal })).rejects.toBe(waits);
}

describe('a client of a real service', () => {
  test('runs an operation to its typed result', async () => {
    const doubled: number = await holdfast.run('client.double', { n: 21 });
    expect(doubled).toBe(42);
    expect(await holdfast.run('client.nothing', null)).toBeUndefined();
  });

  test('gets the same operation for the same identity, and says that it was there', async () => {
    const identity = ['order', unique('order')];
    const first = await holdfast.create('client.double', { n: 1 }, { identity, labels: { shop: 'north' } });
    const second = await holdfast.create('client.double', { n: 1 }, { identity, waitSeconds: 10 });
    expect([first.replayed, second.replayed]).toEqual([false, true]);
    expect(second.operation).toMatchObject({ id: first.operation.id, status: 'succeeded', result: 2 });
    expect(await holdfast.findByKey(first.key)).toMatchObject({ id: first.operation.id, labels: { shop: 'north' } });
    expect(await holdfast.findByKey(unique('never-sent'))).toBeNull();
  });

  test('waits through changes, signals once, and watches all that happens', async () => {
    const { operation } = await holdfast.create('client.order', { cents: 500 });
    const watching = all(holdfast.watch(operation.id)).then((found) => found.map(({ type }) => type));
    await untilItWaits(operation.id);
    for (let sent = 0; sent < 2; sent += 1) {
      await holdfast.signal(operation.id, 'approval', { by: 'ann' }, { identity: ['ann'] });
    }
    const { charged, by } = await holdfast.result<'client.order'>(operation.id);
    expect([charged, by]).toEqual([500, 'ann']);
    const types = await watching;
    expect(types[0]).toBe('operation.created');
    expect(types.at(-1)).toBe('operation.succeeded');
    expect(types.filter((type) => type === 'signal.received')).toHaveLength(1);
    const { steps, attempts } = await holdfast.getFull(operation.id);
    expect(steps.map(({ name, status }) => [name, status])).toContainEqual(['quote', 'completed']);
    expect(attempts).toMatchObject([{ number: 1, outcome: 'succeeded' }]);
  });

  test('a watch that begins behind an event leaves out what came before', async () => {
    const { operation } = await holdfast.create('client.double', { n: 1 }, { waitSeconds: 10 });
    const whole = await all(holdfast.watch(operation.id));
    const rest = await all(holdfast.watch(operation.id, { after: whole[0]?.id ?? 0 }));
    expect(rest).toEqual(whole.slice(1));
  });

  test('a result that will never be is an error with the operation’s own code', async () => {
    const failing = await holdfast.run('client.fails', null).catch((error: unknown) => error);
    expect(failing).toBeInstanceOf(OperationFailedError);
    expect(failing).toMatchObject({
      retryable: false,
      message: 'The card was declined.',
      problem: { error: { code: 'card_declined' } },
      operationId: expect.stringMatching(/^opn_/),
    });
    const { operation } = await holdfast.create('client.double', { n: 1 }, { delayMs: 3_600_000 });
    expect(await holdfast.cancel(operation.id)).toMatchObject({ status: 'canceled' });
    await expect(holdfast.result(operation.id)).rejects.toBeInstanceOf(OperationCanceledError);
    await expect(holdfast.resume(operation.id)).rejects.toBeInstanceOf(OperationNotResumableError);
  });

  test('resumes a failed operation, which goes on to its end', async () => {
    const { operation } = await holdfast.create('client.once-more', null, { waitSeconds: 10 });
    expect(operation.status).toBe('failed');
    await holdfast.resume(operation.id, { reason: 'the test says so' });
    expect(await holdfast.result<'client.once-more'>(operation.id)).toBe(2);
  });

  test('creates a thousand in batches, and what is refused is refused alone', async () => {
    const items = Array.from({ length: 1_000 }, (_, n) => ({
      type: n === 700 ? 'client.unheard-of' : 'client.double',
      input: { n },
      identity: ['batch', n],
    }));
    // Of no declared types, because one of these does not exist.
    const loose = new Holdfast({ baseUrl: service.url, token: 'a-token-of-the-tests' });
    const results = await loose.batch(items);
    expect(results).toHaveLength(1_000);
    expect(results[700]?.error).toBeInstanceOf(OperationTypeUnknownError);
    const again = await loose.batch(items);
    for (const [n, { operation, key, replayed }] of again.entries()) {
      if (n === 700) continue;
      expect([operation?.id, key, replayed]).toEqual([results[n]?.operation?.id, results[n]?.key, true]);
    }
  });

  test('lists page by page, and erases', async () => {
    const shop = unique('shop');
    for (let n = 0; n < 3; n += 1) {
      await holdfast.create('client.double', { n }, { labels: { shop }, waitSeconds: 10 });
    }
    const listed = await all(holdfast.list({ labels: { shop }, pageSize: 2 })).then((found) =>
      found.map(({ id }) => id),
    );
    expect(listed).toHaveLength(3);
    await holdfast.delete(listed[0] ?? '');
    await expect(holdfast.get(listed[0] ?? '')).rejects.toMatchObject({ name: 'OperationPurgedError', status: 410 });
    expect((await holdfast.types()).map(({ name }) => name)).toContain('client.order');
  });

  test('without its token is refused', async () => {
    await expect(new Holdfast({ baseUrl: service.url }).types()).rejects.toBeInstanceOf(UnauthenticatedError);
  });

  test('goes on watching and waiting across a restart of the service', async () => {
    const { operation } = await holdfast.create('client.order', { cents: 7 });
    const patient = new Holdfast<Operations>({ baseUrl: service.url, token: 'a-token-of-the-tests' });
    await untilItWaits(operation.id);
    const watching = all(patient.watch(operation.id)).then((found) => found.map(({ id, type }) => ({ id, type })));
    const waiting = patient.wait<'client.order'>(operation.id);
    await service.kill();
    service = await start(Number(new URL(service.url).port));
    await patient.signal(operation.id, 'approval', { by: 'bob' });
    expect(await waiting).toMatchObject({ status: 'succeeded', result: { by: 'bob' } });
    const seen = await watching;
    expect(seen.at(-1)?.type).toBe('operation.succeeded');
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });
});
