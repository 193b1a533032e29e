import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IdempotencyKeyInFlightError, IdempotencyKeyReusedError, Operations } from '@holdfast/nestjs';
import { freshDatabase, until } from '@holdfast/testkit';
import type { INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { bootInvoices, ChargeInvoice, freshKey, Invoice } from './invoices.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let app: INestApplicationContext;
let own: DataSource;
let operations: Operations;

beforeAll(async () => {
  database = await freshDatabase();
  // A poll that never comes within a test: what is picked up was told by the commit.
  ({ app, database: own } = await bootInvoices(database.url, {}, { worker: { pollIntervalMs: 600_000 } }));
  operations = app.get(Operations);
});

afterAll(async () => {
  await app.close();
  await database.drop();
});

const charge = (key: string, cents = 100) => ({ key, input: { cents } });

async function count(sql: string, parameters: unknown[]): Promise<number> {
  const [row] = await own.query<{ n: string }[]>(`select count(*) as n from ${sql}`, parameters);
  return Number(row?.n);
}

const invoices = (id: string) => count('invoices where id = $1', [id]);
const operationsOf = (key: string) => count('holdfast.operations where idempotency_key = $1', [key]);
const keysOf = (key: string) => count('holdfast.idempotency_keys where key = $1', [key]);

class Undo extends Error {}

describe('an operation that is created in the transaction of a business row', () => {
  test('exists with the row, runs as soon as it commits, and not before', async () => {
    const key = freshKey();
    const { operation } = await own.transaction(async (manager) => {
      await manager.insert(Invoice, { id: key, cents: 100 });
      const created = await operations.create(ChargeInvoice, { ...charge(key), manager });
      expect(await operationsOf(key)).toBe(0);
      return created;
    });
    const ended = await operations.wait(operation.id);
    expect([ended.status, await invoices(key)]).toEqual(['succeeded', 1]);
  });

  test('is gone with the row when that is rolled back, and its key is free', async () => {
    const key = freshKey();
    const undone = own.transaction(async (manager) => {
      await manager.insert(Invoice, { id: key, cents: 100 });
      await operations.create(ChargeInvoice, { ...charge(key), manager });
      throw new Undo();
    });
    await expect(undone).rejects.toBeInstanceOf(Undo);
    expect([await invoices(key), await operationsOf(key), await keysOf(key)]).toEqual([0, 0, 0]);
    expect((await operations.create(ChargeInvoice, charge(key, 7))).replayed).toBe(false);
  });

  test('is gone with its savepoint, while the transaction around that commits', async () => {
    const key = freshKey();
    await own.transaction(async (manager) => {
      await manager.insert(Invoice, { id: key, cents: 100 });
      const inner = manager.transaction(async (nested) => {
        await operations.create(ChargeInvoice, { ...charge(key), manager: nested });
        throw new Undo();
      });
      await expect(inner).rejects.toBeInstanceOf(Undo);
    });
    expect([await invoices(key), await operationsOf(key)]).toEqual([1, 0]);
  });

  test('is replayed within the same transaction, and by everybody afterwards', async () => {
    const key = freshKey();
    const ids = await own.transaction(async (manager) => {
      const first = await operations.create(ChargeInvoice, { ...charge(key), manager });
      const second = await operations.create(ChargeInvoice, { ...charge(key), manager });
      expect([first.replayed, second.replayed]).toEqual([false, true]);
      return [first.operation.id, second.operation.id];
    });
    const third = await operations.create(ChargeInvoice, charge(key));
    expect(new Set([...ids, third.operation.id]).size).toBe(1);
  });

  test('needs a transaction: a manager without one is refused', async () => {
    const created = operations.create(ChargeInvoice, { ...charge(freshKey()), manager: own.manager });
    await expect(created).rejects.toThrow('the entity manager is in no transaction');
  });
});

test('a transaction in another database is refused, and goes on', async () => {
  const elsewhere = new DataSource({ type: 'postgres', url: database.url.replace(/[^/]+$/, 'postgres'), poolSize: 1 });
  await elsewhere.initialize();
  await elsewhere.transaction(async (manager) => {
    const created = operations.create(ChargeInvoice, { ...charge(freshKey()), manager });
    await expect(created).rejects.toThrow('the entity manager is of another database');
    expect(await manager.query('select 1 as one')).toEqual([{ one: 1 }]);
  });
  await elsewhere.destroy();
});

describe('a key that is taken', () => {
  test('does not disturb the transaction: it is replayed, or refused, and the row commits', async () => {
    const key = freshKey();
    const { operation } = await operations.create(ChargeInvoice, charge(key));
    await own.transaction(async (manager) => {
      const again = await operations.create(ChargeInvoice, { ...charge(key), manager });
      expect([again.replayed, again.operation.id]).toEqual([true, operation.id]);
      const other = operations.create(ChargeInvoice, { ...charge(key, 200), manager });
      await expect(other).rejects.toBeInstanceOf(IdempotencyKeyReusedError);
      await manager.insert(Invoice, { id: key, cents: 100 });
    });
    expect([await invoices(key), await operationsOf(key)]).toEqual([1, 1]);
  });

  test('by a transaction that is not decided yet is in flight after a bounded wait, and nothing is lost', async () => {
    const key = freshKey();
    let decide = () => {};
    const undecided = new Promise<void>((resolve) => (decide = resolve));
    let holds = false;
    const first = own.transaction(async (manager) => {
      await operations.create(ChargeInvoice, { ...charge(key), manager });
      holds = true;
      await undecided;
    });
    await until(() => holds);
    await own.transaction(async (manager) => {
      const blocked = operations.create(ChargeInvoice, { ...charge(key), manager });
      await expect(blocked).rejects.toBeInstanceOf(IdempotencyKeyInFlightError);
      await manager.insert(Invoice, { id: key, cents: 100 });
      const [{ lock_timeout: left } = { lock_timeout: '' }] =
        await manager.query<{ lock_timeout: string }[]>('show lock_timeout');
      expect(left).toBe('0');
    });
    decide();
    await first;
    expect([await invoices(key), await operationsOf(key)]).toEqual([1, 1]);
  });

  test('does not disturb the others that are created at once, nor the lock time-out of the transaction', async () => {
    const [taken, ...free] = [freshKey(), freshKey(), freshKey()];
    let decide = () => {};
    const undecided = new Promise<void>((resolve) => (decide = resolve));
    let holds = false;
    const first = own.transaction(async (manager) => {
      await operations.create(ChargeInvoice, { ...charge(taken), manager });
      holds = true;
      await undecided;
    });
    await until(() => holds);
    await own.transaction(async (manager) => {
      const all = [taken, ...free].map((key) => operations.create(ChargeInvoice, { ...charge(key), manager }));
      expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      expect(await manager.query('show lock_timeout')).toEqual([{ lock_timeout: '0' }]);
    });
    decide();
    await first;
    expect(await Promise.all(free.map(operationsOf))).toEqual([1, 1]);
  });

  test('after the snapshot of a repeatable read is replayed all the same', async () => {
    const key = freshKey();
    await own.transaction('REPEATABLE READ', async (manager) => {
      await manager.query('select 1 from invoices limit 1');
      const { operation } = await operations.create(ChargeInvoice, charge(key));
      const again = await operations.create(ChargeInvoice, { ...charge(key), manager });
      expect([again.replayed, again.operation.id]).toEqual([true, operation.id]);
      await manager.insert(Invoice, { id: key, cents: 100 });
    });
    expect([await invoices(key), await operationsOf(key)]).toEqual([1, 1]);
  });

  test('by 40 transactions at once, every second rolled back, gives one operation and as many rows as commits', async () => {
    const key = freshKey();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        own
          .transaction(async (manager) => {
            const { operation, replayed } = await operations.create(ChargeInvoice, { ...charge(key), manager });
            await manager.insert(Invoice, { id: `${key}-${n}`, cents: 100 });
            if (n % 2 === 0) throw new Undo();
            return { id: operation.id, replayed };
          })
          .catch((error: unknown) => error),
      ),
    );
    const committed = outcomes.filter((outcome) => !(outcome instanceof Error)) as { id: string; replayed: boolean }[];
    expect(outcomes.filter((outcome) => outcome instanceof Error && !(outcome instanceof Undo))).toEqual([]);
    expect(new Set(committed.map(({ id }) => id)).size).toBe(1);
    expect(committed.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await count('invoices where id like $1', [`${key}-%`])).toBe(committed.length);
    expect(await operationsOf(key)).toBe(1);
  });
});
