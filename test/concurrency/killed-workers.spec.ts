import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess } from '@holdfast/testkit';
import pg from 'pg';

const HANDLERS = join(import.meta.dirname, '..', '..', 'concurrency', 'ledger-handlers.mjs');
const OPERATIONS = 5_000;
/** Short enough that a fast machine is not through before enough has happened. */
const KILL_EVERY_MS = 250;
const WORKERS = 3;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let folder: string;
let ledger: string;
let api: ServiceProcess;
let workers: ServiceProcess[];
let client: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'));
  ledger = join(folder, 'ledger');
  client = new pg.Client(database.url);
  await client.connect();
  api = await ServiceProcess.start({ databaseUrl: database.url, role: 'api', handlers: HANDLERS });
});

afterAll(async () => {
  await Promise.all([api, ...workers].map((process) => process.kill()));
  await client.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(): Promise<ServiceProcess> {
  return ServiceProcess.start({
    databaseUrl: database.url,
    role: 'worker',
    handlers: HANDLERS,
    env: { LEDGER: ledger, HOLDFAST_LEASE_MS: '1000', HOLDFAST_SWEEP_INTERVAL_MS: '200', HOLDFAST_CONCURRENCY: '30' },
  });
}

async function createAll(): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const send = async () => {
    while (next < OPERATIONS) {
      const n = next++;
      const answer = await fetch(`${api.url}/operations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `ledger-${n}` },
        body: JSON.stringify({ type: 'ledger.write', input: { n } }),
      });
      ids.push(((await answer.json()) as { id: string }).id);
    }
  };
  await Promise.all(Array.from({ length: 32 }, send));
  return ids;
}

async function unfinished(): Promise<number> {
  const { rows } = await client.query(
    "select count(*)::int as n from holdfast.operations where status in ('pending', 'running')",
  );
  return rows[0].n;
}

/** Kills one worker after the other and starts another in its place, until all work is done. */
async function killUntilDone(creating: Promise<unknown>): Promise<number> {
  const creation = { done: false };
  void creating.finally(() => (creation.done = true));
  let kills = 0;
  for (; !creation.done || (await unfinished()) > 0; kills += 1) {
    await new Promise((resolve) => setTimeout(resolve, KILL_EVERY_MS));
    const victim = kills % WORKERS;
    await workers[victim]?.kill();
    workers[victim] = await startWorker();
  }
  return kills;
}

describe(`${OPERATIONS} operations, ${WORKERS} worker processes, one of them killed again and again`, () => {
  test('are all finished, none twice, and only lost leases are run again', async () => {
    workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
    const created = createAll();
    const kills = await killUntilDone(created);
    const ids = await created;
    expect(new Set(ids).size).toBe(OPERATIONS);

    const { rows } = await client.query<{ key: string; status: string; lost: number; result: { n: number } }>(
      'select idempotency_key as key, status, lost, result from holdfast.operations',
    );
    expect(rows).toHaveLength(OPERATIONS);
    expect(rows.filter(({ status, key, result }) => status !== 'succeeded' || key !== `ledger-${result.n}`)).toEqual(
      [],
    );

    const executions = readFileSync(ledger, 'utf8').trim().split('\n').length;
    const lost = rows.reduce((sum, row) => sum + row.lost, 0);
    // Every execution beyond the first of an operation is explained by a lease that was lost.
    expect(executions).toBeLessThanOrEqual(OPERATIONS + lost);
    expect(executions).toBeGreaterThanOrEqual(OPERATIONS);
    expect(kills).toBeGreaterThan(3);
    expect(lost).toBeGreaterThan(0);
    process.stdout.write(
      `killed workers: ${kills}, leases lost: ${lost}, executions: ${executions} of ${OPERATIONS}\n`,
    );
  }, 180_000);
});
