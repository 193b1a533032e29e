import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ServiceProcess, until, uuidBehind } from '@holdfast/testkit';
import { keyOf, Orders } from './orders.js';
import { ask, Pair } from './pair.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'failover', 'handlers.mjs');
const CLIENTS = 16;
const PATIENCE_MS = 120_000;
/** Sessions whose create is done here and waits for the standby. */
const WAITING = "wait_event = 'SyncRep' and query like '%insert into holdfast.idempotency_keys%'";

let pair: Pair;
let services: ServiceProcess[] = [];
let orders: Orders;

beforeEach(async () => {
  pair = await Pair.start({ synchronous: true, prepare: 'create table booked (n int)' });
  services = [await start('all'), await start('worker')];
  orders = new Orders(services[0]?.url as string, 'failover.order');
}, 300_000);

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.kill()));
  await pair.close();
});

function start(role: 'all' | 'worker'): Promise<ServiceProcess> {
  return ServiceProcess.start({
    databaseUrl: pair.front.url,
    role,
    handlers: HANDLERS,
    env: { HOLDFAST_LEASE_MS: '2000', HOLDFAST_SWEEP_INTERVAL_MS: '200', HOLDFAST_LOG_LEVEL: 'error' },
  });
}

const cancelWaits = (how: 'cancel' | 'terminate') =>
  ask<{ pid: number }>(
    pair.primary.url,
    `select pg_${how}_backend(pid), pid from pg_stat_activity where ${WAITING} and pid <> pg_backend_pid()`,
  );

async function untilOneWaits(): Promise<void> {
  const waiting = `select from pg_stat_activity where ${WAITING} and pid <> pg_backend_pid()`;
  await until(async () => ((await ask(pair.primary.url, waiting)).rowCount ?? 0) > 0, PATIENCE_MS);
}

describe('with a synchronous standby', () => {
  test('a primary that dies under load takes no acknowledged create with it, and everything ends once', async () => {
    const load = orders.run(CLIENTS);
    await until(() => orders.acknowledged.size >= 300, PATIENCE_MS);
    await pair.killPrimary();
    const before = new Map(orders.acknowledged);
    await pair.failOver();
    await until(() => orders.acknowledged.size >= before.size + 300, PATIENCE_MS);
    orders.stop();
    await load;

    const open = "select from holdfast.operations where status in ('pending', 'running')";
    await until(async () => (await ask(pair.standby.url, open)).rowCount === 0, PATIENCE_MS);
    const { rows } = await ask<{ key: string; id: string; status: string; result: number }>(
      pair.standby.url,
      'select idempotency_key as key, id, status, result from holdfast.operations',
    );
    const found = new Map(rows.map((row) => [row.key, row]));
    expect(found.size).toBe(rows.length);
    for (const [key, id] of orders.acknowledged) {
      expect(found.get(key)).toMatchObject({ id: uuidBehind(id), status: 'succeeded' });
    }
    const booked = await ask<{ n: number; times: number }>(
      pair.standby.url,
      'select n, count(*)::int as times from booked group by n',
    );
    expect(booked.rows.filter(({ times }) => times !== 1)).toEqual([]);
    expect(booked.rows).toHaveLength(rows.length);
    // Somebody was in the middle of something.
    expect(orders.unsure).toBeGreaterThan(0);
    process.stdout.write(`acknowledged before: ${before.size}, in all: ${orders.acknowledged.size}; `);
    process.stdout.write(`requests without a sure answer: ${orders.unsure}; lost: 0\n`);
  }, 300_000);

  test.each(['cancel', 'terminate'] as const)(
    'a commit whose wait for the standby ends by «%s» is not acknowledged',
    async (how) => {
      await until(() => orders.create(0).then(({ status }) => status === 202), PATIENCE_MS);
      pair.link.set('cut');
      const answer = orders.create(1);
      await untilOneWaits();
      await cancelWaits(how);
      expect(await answer).toMatchObject({ status: 503, id: null });

      // And rightly so: on this primary it took effect, and the next one has never heard of it.
      const stored = `select from holdfast.operations where idempotency_key = '${keyOf(1)}'`;
      expect((await ask(pair.primary.url, stored)).rowCount).toBe(1);
      await pair.killPrimary();
      await pair.failOver();
      expect((await ask(pair.standby.url, stored)).rowCount).toBe(0);
      await until(() => orders.create(1).then(({ status, replayed }) => status === 202 && !replayed), PATIENCE_MS);
    },
    300_000,
  );

  test('while no standby confirms, nothing is acknowledged; when one comes back, the same keys are', async () => {
    await until(() => orders.create(0).then(({ status }) => status === 202), PATIENCE_MS);
    pair.link.set('cut');
    const numbers = Array.from({ length: 20 }, (_, n) => n + 1);
    const meanwhile = Promise.all(numbers.map((n) => orders.create(n, 1_500)));
    await untilOneWaits();
    expect((await meanwhile).filter(({ id }) => id !== null)).toEqual([]);
    pair.link.set('pass');
    for (const n of numbers) {
      await until(() => orders.create(n).then(({ status }) => status === 202 || status === 200), PATIENCE_MS);
    }
    const { rows } = await ask<{ keys: number; operations: number }>(
      pair.primary.url,
      'select count(distinct idempotency_key)::int as keys, count(*)::int as operations from holdfast.operations',
    );
    expect(rows).toEqual([{ keys: 21, operations: 21 }]);
  }, 300_000);
});
