// What a sweep costs those who create meanwhile: millions of operations and keys past their window are purged to the
// archive while new ones come in at an even rate, in windows that take turns with quiet ones of the same process. An
// outside session makes a window quiet: it holds the lock that lets one process at a time purge. Prints each pair of
// windows and the median of their ratios, and writes bench/results/<date>-sweep.json.
//
//   npm run bench:sweep [-- --rows 2000000 --per-second 1000 --quiet 6 --sweeping 24 --minutes 60]
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { machine } from './report/machine.mjs';
import { figure } from './report/summary.mjs';
import { expectOnly, expectSame } from './stage/check.mjs';
import { cloneOperation } from './stage/clones.mjs';
import { Server } from './stage/database.mjs';
import { startHoldfast } from './stage/holdfast.mjs';
import { expectEnded } from './stage/operations.mjs';
import { onStage } from './stage/stage.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    'per-second': { type: 'string', default: '1000' },
    quiet: { type: 'string', default: '6' },
    sweeping: { type: 'string', default: '24' },
    minutes: { type: 'string', default: '60' },
    data: { type: 'string', default: join(import.meta.dirname, '..', '.holdfast', 'bench') },
  },
});
const [rows, perSecond] = [Number(values.rows), Number(values['per-second'])];
/** Creates that are sent and not measured when a window begins: long enough for the next walk to begin, too. */
const WARM_UP_MS = 3_000;
const WINDOWS_MS = { quiet: 1_000 * Number(values.quiet), sweeping: 1_000 * Number(values.sweeping) };
/** What lets one process at a time purge: libs/store/src/retention/retention-lock.ts. */
const RETENTION_LOCK = 4_807_526_977;
const CONNECTIONS = 64;
const YEAR_MS = 365 * 86_400_000;

const about = { date: new Date().toISOString().slice(0, 10), machine: machine() };
const server = await Server.start(values.data);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void server.stop().finally(() => process.exit(1)));
}
const database = await server.database();
const options = { profile: false };
const stage = /** @type {import('./stage/stage.mjs').Stage} */ (/** @type {unknown} */ ({ server, options }));
try {
  await seed();
  report(await onStage(stage, ({ loader }) => sweepInTurns(loader), { database }));
} finally {
  await server.stop();
}

/** One operation goes the whole way, is asked for again, and grows old; the others are its copies. */
async function seed() {
  await onStage(
    stage,
    async ({ loader, holdfast }) => {
      const { port } = await holdfast();
      await loader.ask('oneByOne', { port, count: 1, everyMs: 0, type: 'bench.stamp' });
      await expectEnded(database, { succeeded: 1 });
    },
    { database },
  );
  await database.query(`update holdfast.operations set finished_at = now() - interval '40 days'`);
  // A creation that was a first try leaves no entry in the request log; this one was repeated once.
  await database.query(
    `insert into holdfast.operation_requests (shard, operation_id, id, outcome, client_attempt, reason)
     select shard, id, id, 'replayed', 2, 'timeout' from holdfast.operations`,
  );
  await cloneOperation(database, rows);
  await database.query('checkpoint');
  console.log(`${rows.toLocaleString('en-US')} operations are past their window.`);
}

/** Until all of them are gone, or the time is over. @param {import('./stage/child.mjs').Child} loader */
async function sweepInTurns(loader) {
  const gate = new pg.Client({ connectionString: database.url });
  await gate.connect();
  // A run that is ended from outside ends it, too.
  gate.on('error', () => undefined);
  const hold = () => gate.query('select pg_advisory_lock($1)', [RETENTION_LOCK]);
  await hold();
  const service = await startHoldfast({
    databaseUrl: database.url,
    role: 'api',
    settings: { HOLDFAST_ARCHIVE_MS: String(YEAR_MS) },
  });
  const { port } = service;
  let accepted = 0;
  const window = async (/** @type {number} */ windowMs) => {
    const load = { plan: 'create', type: 'bench.noop', port, connections: CONNECTIONS, perSecond };
    const told = await loader.ask('open', { ...load, warmUpMs: WARM_UP_MS, windowMs });
    accepted += expectOnly(told, 202);
    const { p50, p99, unsent } = told;
    return { p50, p99, unsent };
  };
  try {
    await window(WINDOWS_MS.quiet);
    const pairs = [];
    const giveUp = performance.now() + 60_000 * Number(values.minutes);
    for (let purged = await purgedBy(port); purged < rows && performance.now() < giveUp;) {
      const quiet = await window(WINDOWS_MS.quiet);
      await gate.query('select pg_advisory_unlock($1)', [RETENTION_LOCK]);
      const began = performance.now();
      const sweeping = await window(WINDOWS_MS.sweeping);
      await hold();
      const now = await purgedBy(port);
      const swept = Math.round(((now - purged) * 1_000) / (performance.now() - began));
      purged = now;
      // The last window is quiet as soon as nothing is left to do.
      if (purged < rows) pairs.push({ quiet, sweeping, swept, ratio: sweeping.p99 / quiet.p99 });
      console.log(pairText(quiet, sweeping), `${swept} purged/s, ${purged} in all`);
    }
    return { pairs, swept: await sweptWhile(accepted) };
  } finally {
    await service.child.stop();
    await gate.end();
  }
}

/** @param {{ p99: number }} quiet @param {{ p99: number }} sweeping */
function pairText(quiet, sweeping) {
  const told = (/** @type {number} */ ms) => ms.toFixed(2).padStart(7);
  return `create p99 quiet ${told(quiet.p99)} ms, sweeping ${told(sweeping.p99)} ms, ratio ${(sweeping.p99 / quiet.p99).toFixed(2)};`;
}

/** @param {number} port @returns {Promise<number>} */
async function purgedBy(port) {
  const page = await (await fetch(`http://localhost:${port}/metrics`)).text();
  return Number(/^holdfast_retention_purged_total (\d+)/m.exec(page)?.[1] ?? 0);
}

/**
 * How many were swept. What was is in the archive and nowhere else, and every create that was accepted is there, beside
 * what is left and the operation that the old ones are copies of: its id is of today.
 *
 * @param {number} accepted
 * @returns {Promise<number>}
 */
async function sweptWhile(accepted) {
  const [found] = await database.query(
    `select (select count(*)::int from holdfast.operations) as operations,
            (select count(*)::int from holdfast.operation_archive) as archived,
            (select count(*)::int from holdfast.request_archive) as requests,
            (select count(*)::int from holdfast.operation_tombstones) as tombstones`,
  );
  const { archived } = found;
  const left = rows - archived;
  expectSame('rows', found, { operations: accepted + 1 + left, archived, requests: archived, tombstones: archived });
  return archived;
}

/** @param {Awaited<ReturnType<typeof sweepInTurns>>} outcome */
function report({ pairs, swept }) {
  const of = (/** @type {(pair: (typeof pairs)[number]) => number} */ pick) => figure(pairs.map(pick));
  const figures = {
    ratio: of((pair) => pair.ratio),
    quietP50: of((pair) => pair.quiet.p50),
    sweepingP50: of((pair) => pair.sweeping.p50),
    quietP99: of((pair) => pair.quiet.p99),
    sweepingP99: of((pair) => pair.sweeping.p99),
    purgedPerSecond: of((pair) => pair.swept),
  };
  for (const [name, { median, min, max }] of Object.entries(figures)) {
    console.log(`${name.padEnd(16)} ${[median, min, max].map((value) => value.toFixed(2)).join('  ')}`);
  }
  console.log(`${swept.toLocaleString('en-US')} of ${rows.toLocaleString('en-US')} were swept.`);
  const result = { ...about, rows, swept, perSecond, windowsMs: WINDOWS_MS, figures, pairs };
  const file = join(import.meta.dirname, 'results', `${about.date}-sweep.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
