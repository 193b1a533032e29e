import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess } from '@holdfast/testkit';
import pg from 'pg';

const HANDLERS = join(import.meta.dirname, '..', '..', 'concurrency', 'ledger-handlers.mjs');
const ROUNDS = 5;
const PER_ROUND = 1_000;
const OPERATIONS = ROUNDS * PER_ROUND;
/** In the middle of a round, when every worker holds something. */
const KILL_AFTER_MS = 250;
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

/** Creates the operations of one round over HTTP; gives their ids. */
async function create(round: number): Promise<string[]> {
  const ids: string[] = [];
  let next = round * PER_ROUND;
  const send = async () => {
    while (next < (round + 1) * PER_ROUND) {
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

/** Creates round after round, kills a worker in each and starts another in its place, and goes on until all is done. */
async function killUntilDone(): Promise<{ ids: string[]; kills: number }> {
  const ids: string[] = [];
  let round = 0;
  for (; round < ROUNDS || (await unfinished()) > 0; round += 1) {
    const created = round < ROUNDS ? create(round) : [];
    await new Promise((resolve) => setTimeout(resolve, KILL_AFTER_MS));
    const victim = round % WORKERS;
    await workers[victim]?.kill();
    workers[victim] = await startWorker();
    ids.push(...(await created));
  }
  return { ids, kills: round };
}

describe(`${OPERATIONS} operations, ${WORKERS} worker processes, one of them killed again and again`, () => {
  test('are all finished, none twice, and only lost leases are run again', async () => {
    workers = await Promise.all(Array.from({ length: WORKERS }, startWorker));
    const { ids, kills } = await killUntilDone();
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
    expect(lost).toBeGreaterThan(0);
    process.stdout.write(
      `killed workers: ${kills}, leases lost: ${lost}, executions: ${executions} of ${OPERATIONS}\n`,
    );
  }, 180_000);
});
