import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseTypeId } from '@holdfast/kernel';
import { endLostBackoff, freshDatabase, seededRandom, ServiceProcess, testSeed } from '@holdfast/testkit';
import pg from 'pg';
import { readStepLedger } from './step-ledger.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'durable', 'killed-steps-handlers.mjs');
const KILLS = 50;
const WORKERS = 3;
/** Operations that are under way beside the one whose workers are killed. */
const SIDE_BY_SIDE = 3;
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
  await Promise.all([api, ...workers].map(async (process) => process?.kill()));
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
      // Fifty starts of the same program: its code is compiled once.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      HOLDFAST_LEASE_MS: '400',
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

async function create(input: { slow: boolean }): Promise<string> {
  created += 1;
  const answer = await fetch(`${api.url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `steps-${created}` },
    body: JSON.stringify({ type: 'killed.steps', input }),
  });
  const { id } = (await answer.json()) as { id: string };
  const parsed = parseTypeId(id);
  if (!parsed) throw new Error(`no operation was created: ${id}`);
  return parsed.uuid;
}

async function count(text: string, values: unknown[] = []): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(text, values);
  return rows[0]?.n ?? 0;
}

const unfinished = () =>
  count("select count(*)::int as n from holdfast.operations where status in ('pending', 'running')");

/** Process that runs an operation; undefined while none does. */
async function holderOf(uuid: string): Promise<number | undefined> {
  const { rows } = await pool.query<{ pid: number }>(
    `select split_part(w.name, '/', 2)::int as pid
       from holdfast.operations o join holdfast.workers w on w.id = o.lease_owner
      where o.id = $1 and o.status = 'running'`,
    [uuid],
  );
  return rows[0]?.pid;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Kills whoever runs the slow operation, a random time after it was seen to, and starts another in its place. */
async function killAtRandom(): Promise<number> {
  let hits = 0;
  let slow = await create({ slow: true });
  for (let kills = 0; kills < KILLS;) {
    for (let left = await unfinished(); left <= SIDE_BY_SIDE; left += 1) await create({ slow: false });
    await endLostBackoff(pool);
    const pid = await holderOf(slow);
    const slot = workers.findIndex((worker) => worker !== null && worker.child.pid === pid);
    if (slot < 0) {
      if (await isEnded(slow)) slow = await create({ slow: true });
      await pause(20);
      continue;
    }
    await pause(300 * random());
    hits += (await holderOf(slow)) === pid ? 1 : 0;
    await workers[slot]?.kill();
    kills += 1;
    startWorker(slot);
  }
  return hits;
}

async function isEnded(uuid: string): Promise<boolean> {
  const ended = 'select count(*)::int as n from holdfast.operations where id = $1 and finished_at is not null';
  return (await count(ended, [uuid])) > 0;
}

describe(`an operation of ${STEPS} steps whose workers are killed ${KILLS} times at random points`, () => {
  test('executes no acknowledged step again, and its transactions take effect exactly once', async () => {
    process.stdout.write(`killed steps: TEST_SEED=${seed}\n`);
    for (let slot = 0; slot < WORKERS; slot += 1) startWorker(slot);
    await Promise.all(starting);
    const hits = await killAtRandom();
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
      `killed steps: ${KILLS} kills, ${hits} of them while the slow operation ran; ${created} operations, ` +
        `${lost.reduce((sum, n) => sum + n, 0)} leases lost, ${Math.max(...lost)} by one operation; ` +
        `${ledger.executions} executions, ${ledger.repeated} of a step that had begun before\n`,
    );
    expect(hits).toBeGreaterThan(KILLS / 2);
    expect(Math.max(...lost)).toBeGreaterThan(KILLS / 4);
    expect(ledger.repeated).toBeGreaterThan(0);
  }, 600_000);
});
