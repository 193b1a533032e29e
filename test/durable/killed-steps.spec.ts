import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess } from '@holdfast/testkit';
import pg from 'pg';
import { endLostBackoff } from './lost-backoff.js';
import { seededRandom, testSeed } from './seeded-random.js';
import { readStepLedger } from './step-ledger.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'durable', 'killed-steps-handlers.mjs');
const KILLS = 50;
const WORKERS = 3;
/** Operations that are under way at any time until the last kill. */
const SIDE_BY_SIDE = 6;
const STEPS = 20;

const seed = testSeed();
const random = seededRandom(seed);

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: pg.Pool;
let folder: string;
let api: ServiceProcess;
const workers: (ServiceProcess | null)[] = Array.from({ length: WORKERS }, () => null);
const starting = new Set<Promise<void>>();
let created = 0;

beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 3 });
  folder = mkdtempSync(join(tmpdir(), 'holdfast-steps-'));
  // No key and no unique constraint: nothing but the checkpoint keeps a row from being there twice.
  await pool.query('create table booked (operation text, step text, token text)');
  api = await startService('api');
});

afterAll(async () => {
  await Promise.all(starting);
  await Promise.all([api, ...workers].map((process) => process?.kill()));
  await pool.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const ledgerFile = () => join(folder, 'ledger');

function startService(role: 'api' | 'worker'): Promise<ServiceProcess> {
  return ServiceProcess.start({
    databaseUrl: database.url,
    role,
    handlers: HANDLERS,
    env: {
      LEDGER: ledgerFile(),
      HOLDFAST_LEASE_MS: '700',
      HOLDFAST_SWEEP_INTERVAL_MS: '100',
      HOLDFAST_CONCURRENCY: '4',
    },
  });
}

function startWorker(slot: number): void {
  workers[slot] = null;
  const started = startService('worker').then((worker) => {
    workers[slot] = worker;
    starting.delete(started);
  });
  starting.add(started);
}

async function create(): Promise<void> {
  created += 1;
  await fetch(`${api.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `steps-${created}` },
    body: JSON.stringify({ type: 'killed.steps' }),
  });
}

async function count(text: string, values: unknown[] = []): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(text, values);
  return rows[0]?.n ?? 0;
}

const unfinished = () =>
  count("select count(*)::int as n from holdfast.operations where status in ('pending', 'running')");

/** How many operations this process holds. */
const heldBy = (worker: ServiceProcess) =>
  count(
    `select count(*)::int as n from holdfast.operations o join holdfast.workers w on w.id = o.lease_owner
      where o.status = 'running' and w.name like '%/' || $1::text`,
    [worker.child.pid],
  );

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills a random worker at random moments, and starts another in its place, while there is always enough to do. */
async function killAtRandom(): Promise<{ kills: number; hits: number }> {
  let hits = 0;
  for (let kills = 0; kills < KILLS;) {
    for (let left = await unfinished(); left < SIDE_BY_SIDE; left += 1) await create();
    await endLostBackoff(pool);
    await pause(50 + 350 * random());
    const slot = Math.floor(random() * WORKERS);
    const victim = workers[slot];
    if (!victim) continue;
    hits += (await heldBy(victim)) > 0 ? 1 : 0;
    await victim.kill();
    kills += 1;
    startWorker(slot);
  }
  return { kills: KILLS, hits };
}

describe(`operations of ${STEPS} steps whose workers are killed ${KILLS} times at random points`, () => {
  test('execute no acknowledged step again and take effect in each transaction exactly once', async () => {
    process.stdout.write(`killed steps: TEST_SEED=${seed}\n`);
    for (let slot = 0; slot < WORKERS; slot += 1) startWorker(slot);
    await Promise.all(starting);
    const { kills, hits } = await killAtRandom();
    while ((await unfinished()) > 0) {
      await endLostBackoff(pool);
      await pause(50);
    }

    const { rows } = await pool.query<{ id: string; status: string; lost: number; result: string[] }>(
      'select id, status, lost, result from holdfast.operations',
    );
    expect(rows).toHaveLength(created);
    expect(rows.filter(({ status, result }) => status !== 'succeeded' || result.length !== STEPS)).toEqual([]);

    const ledger = readStepLedger(ledgerFile());
    expect(ledger.executedAfterAcknowledgement).toEqual([]);
    expect(ledger.acknowledgedDifferently).toEqual([]);
    expect(ledger.acknowledged.size).toBe(created * STEPS);

    const booked = await pool.query<{ key: string; token: string }>(
      "select operation || ' ' || step as key, token from booked",
    );
    const transactions = [...ledger.acknowledged].filter(([key]) => Number(key.split('-').at(-1)) % 3 === 2);
    expect(new Map(booked.rows.map(({ key, token }) => [key, token]))).toEqual(new Map(transactions));
    expect(booked.rows).toHaveLength(transactions.length);

    const lost = rows.map((row) => row.lost);
    process.stdout.write(
      `killed steps: ${kills} kills, ${hits} of them of a running operation; ${created} operations, ` +
        `${lost.reduce((sum, n) => sum + n, 0)} leases lost, ${Math.max(...lost)} by one operation; ` +
        `${ledger.executions} executions, ${ledger.repeated} of a step that had begun before\n`,
    );
    expect(hits).toBeGreaterThan(KILLS / 4);
    expect(Math.max(...lost)).toBeGreaterThan(1);
    expect(ledger.repeated).toBeGreaterThan(0);
  }, 150_000);
});
