import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { HOLDFAST_HANDLERS, type OperationContext } from '@holdfast/nestjs';
import { startHoldfast, type TestHoldfast } from '@holdfast/testing';
import type { PostgresStore } from '@holdfast/store';
import { freshDatabase } from '@holdfast/testkit';
import pg from 'pg';
import { bootInvoices, ChargeInvoice } from '../nest/invoices.js';

const HOUR_MS = 3_600_000;

/** How often each thing really happened. */
let did: Record<string, number>;
const count = (name: string) => (did[name] = (did[name] ?? 0) + 1);

const handlers = {
  'order.charge': {
    retry: { maxAttempts: 5, initialDelayMs: 60_000, maxDelayMs: 60_000 },
    async run(op: OperationContext) {
      await op.step('quote', () => count('quote'));
      await op.step('charge', () => count('charge'));
      await op.transaction('book', async (sql) => {
        count('book');
        await sql.query('insert into public.ledger values ($1)', [op.id]);
      });
      return { charged: true };
    },
  },
  'reminder.send': {
    async run(op: OperationContext) {
      await op.sleep('a day', 24 * HOUR_MS);
      const answer = await op.waitForSignal('answer', { timeoutMs: 48 * HOUR_MS });
      return { sent: count('sent'), answer };
    },
  },
  'flaky.call': {
    retry: { maxAttempts: 3, initialDelayMs: HOUR_MS, maxDelayMs: HOUR_MS },
    run() {
      if (count('call') < 3) throw new Error('not yet');
      return 'done';
    },
  },
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let holdfast: TestHoldfast;

beforeEach(async () => {
  did = {};
  database = await freshDatabase();
  holdfast = await startHoldfast({ handlers, databaseUrl: database.url });
  await sql('create table public.ledger (operation text not null)');
});

afterEach(async () => {
  await holdfast.stop();
  await database.drop();
});

async function sql(text: string): Promise<unknown[]> {
  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query<object>(text);
  await client.end();
  return rows;
}

const create = (type: string) => holdfast.operations.create(type, { key: type });
const read = async (id: string) => (await holdfast.operations.get(id)).status;

describe('time in a test', () => {
  test('stands still for what waits, and moves by as much as the test says', async () => {
    const { operation } = await create('reminder.send');
    await holdfast.runUntilIdle();
    expect((await holdfast.operations.get(operation.id)).waitingFor).toMatchObject({ reason: 'timer' });
    await holdfast.advance(23 * HOUR_MS);
    expect((await holdfast.operations.get(operation.id)).waitingFor).toMatchObject({ reason: 'timer' });
    await holdfast.advance(HOUR_MS);
    expect((await holdfast.operations.get(operation.id)).waitingFor).toMatchObject({ reason: 'signal' });
    await holdfast.operations.signal(operation.id, 'answer', 'yes', { key: 'one' });
    await holdfast.runUntilIdle();
    expect((await holdfast.operations.get(operation.id)).result).toEqual({ sent: 1, answer: 'yes' });
  });

  test('reaches start times, deadlines and the time-out of a signal', async () => {
    const later = await holdfast.operations.create('order.charge', { key: 'later', delayMs: HOUR_MS });
    const late = await holdfast.operations.create('reminder.send', {
      key: 'late',
      deadline: new Date(Date.now() + HOUR_MS),
    });
    const unanswered = await create('reminder.send');
    await holdfast.advance(HOUR_MS + 1);
    expect([await read(later.operation.id), await read(late.operation.id)]).toEqual(['succeeded', 'failed']);
    expect((await holdfast.operations.get(late.operation.id)).error?.code).toBe('deadline_exceeded');
    await holdfast.advance(23 * HOUR_MS);
    await holdfast.advance(48 * HOUR_MS);
    // The time-out is an error like every other, and is retried by the policy.
    const { attempt } = await holdfast.operations.get(unanswered.operation.id);
    expect(attempt.lastError?.code).toBe('signal_timeout');
  });

  test('is skipped when an operation is run to its end', async () => {
    const { operation } = await create('flaky.call');
    const ended = await holdfast.runToEnd(operation.id);
    expect([ended.status, ended.attempt.number, ended.result]).toEqual(['succeeded', 3, 'done']);
    const waiting = await create('reminder.send');
    await expect(holdfast.runToEnd(waiting.operation.id)).resolves.toMatchObject({ status: 'failed' });
  });
});

describe('a crash in a test', () => {
  test('after a step leaves it done: it is not done again', async () => {
    holdfast.crashAfterStep('charge');
    const { operation } = await create('order.charge');
    await holdfast.runUntilIdle();
    expect([await read(operation.id), holdfast.crashes]).toEqual(['succeeded', 1]);
    expect(did).toEqual({ quote: 1, charge: 1, book: 1 });
  });

  test('before the checkpoint of a step has it done again, and nothing else', async () => {
    holdfast.crashBefore('checkpoint', 'charge');
    const { operation } = await create('order.charge');
    await holdfast.runUntilIdle();
    expect([await read(operation.id), holdfast.crashes]).toEqual(['succeeded', 1]);
    expect(did).toEqual({ quote: 1, charge: 2, book: 1 });
  });

  test('before a transaction commits undoes what it did; after that, nothing', async () => {
    holdfast.crashBefore('checkpoint', 'book');
    holdfast.crashAfter('checkpoint', 'book');
    const { operation } = await create('order.charge');
    await holdfast.runUntilIdle();
    expect([await read(operation.id), holdfast.crashes, did['book']]).toEqual(['succeeded', 2, 2]);
    expect(await sql('select operation from public.ledger')).toEqual([{ operation: operation.id }]);
  });

  test('around the end has no step done again', async () => {
    holdfast.crashBefore('finish');
    holdfast.crashAfter('finish');
    const { operation } = await create('order.charge');
    const other = await holdfast.operations.create('order.charge', { key: 'other' });
    await holdfast.runUntilIdle();
    expect([await read(operation.id), await read(other.operation.id), holdfast.crashes]).toEqual([
      'succeeded',
      'succeeded',
      2,
    ]);
    expect(did).toEqual({ quote: 2, charge: 2, book: 2 });
  });

  test('is no idleness, however late the look comes', async () => {
    lookDuringRecovery();
    holdfast.crashBefore('finish');
    const { operation } = await create('order.charge');
    await holdfast.runUntilIdle();
    expect([await read(operation.id), holdfast.crashes]).toEqual(['succeeded', 1]);
  });
});

/** Has the first look for work fall between the end of a dead worker's leases and the return of its operations. */
function lookDuringRecovery(): void {
  const { store } = Reflect.get(holdfast, 'parts') as { store: PostgresStore };
  const run = store.executor.run.bind(store.executor);
  const [recovering, looked] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  jest.spyOn(store.executor, 'run').mockImplementation(async (name, ...rest) => {
    if (name === 'is-busy') await recovering.promise;
    if (name === 'hasten-operations') {
      recovering.resolve();
      await looked.promise;
    }
    const rows = await run(name, ...rest);
    if (name === 'is-busy') looked.resolve();
    return rows;
  });
}

describe('a Holdfast for tests', () => {
  test('refuses handlers that cannot be used', async () => {
    const starting = startHoldfast({ handlers: { 'invoice.charge': {} }, databaseUrl: database.url });
    await expect(starting).rejects.toThrow('run must be a function');
  });

  test('runs the handler classes of an application, with what it injects', async () => {
    const application = await bootInvoices(database.url, {}, { worker: null });
    const ours = await startHoldfast({ handlers: application.app.get(HOLDFAST_HANDLERS), databaseUrl: database.url });
    const { operation } = await ours.operations.create(ChargeInvoice, { key: 'classes', input: { cents: 950 } });
    expect((await ours.runToEnd(operation.id)).result).toEqual({ charged: 960 });
    await ours.stop();
    await application.app.close();
  });

  test('brings its own PostgreSQL, and leaves nothing of it behind', async () => {
    const folders = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`holdfast-testing-${process.pid}-`));
    const own = await startHoldfast({ handlers });
    expect(await folders()).toHaveLength(1);
    const { operation } = await own.operations.create('flaky.call', { key: 'own' });
    expect((await own.runToEnd(operation.id)).status).toBe('succeeded');
    await own.stop();
    expect(await folders()).toEqual([]);
  });
});
