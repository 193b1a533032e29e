// 10,000 operations sleep until one and the same moment: how many slots and connections do they hold meanwhile, and how
// late does each wake? Starts its own PostgreSQL, prints a table and writes bench/results/<date>-sleepers.json.
//   npm run bench:sleepers [-- <operations>]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { DeliverMessages, Engine, Sweep } from '@holdfast/engine';
import { silentLog, systemClock } from '@holdfast/kernel';
import { defineHandlers, Worker } from '@holdfast/runner';
import { createDataSource, migrate, PostgresSignals, PostgresStore, poolOf } from '@holdfast/store';

const OPERATIONS = Number(process.argv[2] ?? 10_000);
/** Long enough for all of them to be created and put to sleep before the moment comes. */
const SLEEP_MS = Math.max(15_000, OPERATIONS * 2);
const REPETITIONS = 3;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
await migrate(server.url);

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function repetition(round) {
  const dataSource = await createDataSource({ url: server.url }).initialize();
  const store = new PostgresStore(dataSource);
  const signals = new PostgresSignals({
    url: server.url,
    pool: poolOf(dataSource),
    clock: systemClock,
    log: silentLog,
  });
  const mail = new DeliverMessages({ messages: store.steps, operations: store, signals, log: silentLog });
  const wakeAt = Date.now() + SLEEP_MS;
  const latenessMs = [];
  const type = `bench.sleeper${round}`;
  const handlers = defineHandlers(
    {
      [type]: {
        async run(op) {
          await op.sleepUntil('nap', new Date(wakeAt));
          latenessMs.push(Date.now() - wakeAt);
        },
      },
    },
    'the benchmark',
  );
  const parts = { store, signals, clock: systemClock, random: Math.random };
  const engine = new Engine({ ...parts, types: handlers.types, mail });
  const worker = new Worker({
    ...parts,
    steps: store.steps,
    operations: store,
    mail,
    handlers,
    sweep: new Sweep(store, signals, mail),
    log: silentLog,
    settings: {
      concurrency: 500,
      leaseMs: 10_000,
      sweepIntervalMs: 2_000,
      pollIntervalMs: 1_000,
      yieldMs: 2_000,
      name: 'bench',
    },
  });
  worker.start();
  let next = 0;
  const create = async () => {
    while (next < OPERATIONS) {
      const key = `${round}-${next++}`;
      const envelope = { type, input: null, runAt: null, delayMs: 0, deadline: null, priority: 0, labels: {} };
      await engine.create.execute({
        tenant: 'bench',
        key,
        body: { type },
        validate: () => envelope,
        traceParent: null,
      });
    }
  };
  await Promise.all(Array.from({ length: 64 }, create));
  const asleep = async () => {
    const [{ n }] = await dataSource.query(
      `select count(*)::int as n from holdfast.operations where type = $1 and status = 'pending' and waiting_for = 'timer'`,
      [type],
    );
    return n;
  };
  while ((await asleep()) < OPERATIONS && Date.now() < wakeAt) await pause(50);
  const allAsleepMsBefore = wakeAt - Date.now();
  const held = worker.state().held;
  const [{ n: busyConnections }] = await dataSource.query(
    `select count(*)::int as n from pg_stat_activity where datname = current_database() and state = 'active' and pid <> pg_backend_pid()`,
  );
  while (latenessMs.length < OPERATIONS) await pause(50);
  await worker.drain(1_000);
  await dataSource.destroy();
  const sorted = latenessMs.toSorted((a, b) => a - b);
  return {
    allAsleepMsBefore,
    held,
    busyConnections,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1),
    min: sorted[0],
  };
}

try {
  const rounds = [];
  for (let round = 1; round <= REPETITIONS; round += 1) rounds.push(await repetition(round));
  console.log(
    `| repetition | asleep before the moment (ms) | slots held | busy connections | late p50 ms | p99 ms | max ms |`,
  );
  console.log(`| --- | --: | --: | --: | --: | --: | --: |`);
  rounds.forEach((r, index) =>
    console.log(
      `| ${index + 1} | ${r.allAsleepMsBefore} | ${r.held} | ${r.busyConnections} | ${r.p50} | ${r.p99} | ${r.max} |`,
    ),
  );
  const date = new Date().toISOString().slice(0, 10);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, postgresql: 18 };
  writeFileSync(
    join(import.meta.dirname, 'results', `${date}-sleepers.json`),
    `${JSON.stringify({ date, operations: OPERATIONS, machine, rounds }, null, 2)}\n`,
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
