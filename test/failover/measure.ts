// npm run test:failover: fails over under load with each kind of standby, and prints what was lost and how long it took.
// Figures for people who choose one, and no test: with an asynchronous standby, losing is allowed.
import { join } from 'node:path';
import { ServiceProcess } from '@holdfast/testkit';
import { Orders } from './orders.js';
import { ask, Pair } from './pair.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'failover', 'handlers.mjs');
const CLIENTS = 16;
const PARTITION_MS = 3_000;
const EACH = 500;

interface Case {
  readonly name: string;
  readonly synchronous: boolean;
  /** Whether the standby is cut off for a while before the primary dies. */
  readonly partitioned: boolean;
}

const CASES: readonly Case[] = [
  { name: 'synchronous', synchronous: true, partitioned: false },
  { name: 'asynchronous, keeps up', synchronous: false, partitioned: false },
  { name: `asynchronous, cut off ${PARTITION_MS / 1000} s before`, synchronous: false, partitioned: true },
];

interface Loss {
  readonly standby: string;
  readonly acknowledged: number;
  readonly lost: number;
  readonly promotedMs: number;
  readonly answersAgainMs: number;
}

async function measure({ name, synchronous, partitioned }: Case): Promise<Loss> {
  const pair = await Pair.start({ synchronous, prepare: 'create table booked (n int)' });
  const service = await ServiceProcess.start({
    databaseUrl: pair.front.url,
    handlers: HANDLERS,
    env: { HOLDFAST_LOG_LEVEL: 'error' },
  });
  try {
    const orders = new Orders(service.url, 'failover.order');
    const load = orders.run(CLIENTS);
    await enough(orders, EACH);
    if (partitioned) {
      pair.link.set('cut');
      await new Promise((resolve) => setTimeout(resolve, PARTITION_MS));
    }
    await pair.killPrimary();
    const acknowledged = new Map(orders.acknowledged);
    const killedAt = performance.now();
    await pair.failOver();
    const promotedAt = performance.now();
    await enough(orders, acknowledged.size + 1);
    const againAt = performance.now();
    orders.stop();
    await load;
    const lost = await missing(pair.standby.url, [...acknowledged.keys()]);
    return {
      standby: name,
      acknowledged: acknowledged.size,
      lost,
      promotedMs: Math.round(promotedAt - killedAt),
      answersAgainMs: Math.round(againAt - promotedAt),
    };
  } finally {
    await service.kill();
    await pair.close();
  }
}

async function enough(orders: Orders, count: number): Promise<void> {
  while (orders.acknowledged.size < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function missing(url: string, keys: readonly string[]): Promise<number> {
  const { rows } = await ask<{ key: string }>(url, 'select idempotency_key as key from holdfast.operations');
  const present = new Set(rows.map(({ key }) => key));
  return keys.filter((key) => !present.has(key)).length;
}

const losses: Loss[] = [];
for (const each of CASES) losses.push(await measure(each));
console.table(losses);
