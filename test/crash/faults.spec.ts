import { expect, test } from '@jest/globals';
import { testSeed } from '@holdfast/testkit';
import { vacuous } from './figures.js';
import { reportText } from './report.js';
import { run } from './run.js';

/** With every commit a small run, for which a machine of two cores has the time; `npm run test:crash` is the full one. */
const OPERATIONS = Number(process.env['CRASH_OPERATIONS'] ?? 600);
const FAULTS = Number(process.env['CRASH_FAULTS'] ?? 30);
/** Fewer faults than this cannot be trusted to hit something of every kind. */
const FAULTS_OF_EVERY_KIND = 200;

test('processes and PostgreSQL are killed, stopped and cut off, and every promise is kept', async () => {
  const seed = testSeed();
  const startedAt = performance.now();
  const say = (line: string) =>
    void process.stdout.write(`crash: ${((performance.now() - startedAt) / 1_000).toFixed(1)} s: ${line}\n`);
  say(`TEST_SEED=${seed}`);
  const figures = await run({ seed, operations: OPERATIONS, faults: FAULTS, say });
  say(`done\n\n${reportText(figures)}\n`);
  expect(figures.violations.slice(0, 5)).toEqual([]);
  if (FAULTS >= FAULTS_OF_EVERY_KIND) expect(vacuous(figures)).toEqual([]);
  expect(figures.counters['processes killed']).toBeGreaterThan(FAULTS * 0.5);
  expect(figures.counters['leases lost']).toBeGreaterThan(0);
}, 1_800_000);
