import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fate } from './mortal-worker.js';
import { predict, type Prediction } from './predict.js';
import { leavesWorkBehind, programs } from './program.js';
import { testSeed } from './seeded-random.js';
import { type Ended, type Script, Stage } from './stage.js';
import type { Witness } from './witness.js';
import { openWorkbench, type Workbench } from './workbench.js';

/** Programs to run; more of them by `PROPERTY_RUNS`, which also lifts the limit on the time. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 120);
const TIME_MS = process.env['PROPERTY_RUNS'] === undefined ? 35_000 : 3_600_000;
/** Fewer than these within the time say that something is very slow. */
const RUNS_MIN = 20;

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
  // No key and no unique constraint: nothing but the checkpoint keeps a row from being there twice.
  await bench.query('create table booked (place text, token int)');
});

afterAll(() => bench.close());

const fates: fc.Arbitrary<Fate[]> = fc.array(
  fc.record({ at: fc.integer({ min: 1, max: 12 }), how: fc.constantFrom('before', 'after', 'within', 'stale') }),
  { maxLength: 4 },
);

const scripts: fc.Arbitrary<Script> = fc.record({
  nodes: programs,
  fates: fc.oneof(fc.constant([]), fates, fates),
  resumesMax: fc.integer({ min: 0, max: 2 }),
  pauses: fc.array(fc.constantFrom(0, 0, 5, 40), { maxLength: 6 }),
});

/** How often something happened in all runs: what never happens proves nothing. */
const hits = new Map<string, number>();
const count = (what: string, n: number) => hits.set(what, (hits.get(what) ?? 0) + n);

describe('a random program of durable calls', () => {
  test('comes to what the model says, whoever dies on the way', async () => {
    const seed = testSeed();
    process.stdout.write(`random programs: TEST_SEED=${seed}\n`);
    let runs = 0;
    const property = fc.asyncProperty(scripts, async (script) => {
      runs += 1;
      await perform(script);
    });
    await fc.assert(property, {
      seed,
      numRuns: RUNS,
      interruptAfterTimeLimit: TIME_MS,
      markInterruptAsFailure: false,
    });
    const counted = [...hits].map(([what, n]) => `${n} ${what}`).join(', ');
    process.stdout.write(`random programs: ${runs} run: ${counted}\n`);
    expect(runs).toBeGreaterThanOrEqual(Math.min(RUNS, RUNS_MIN));
    for (const what of ['workers died', 'stale writes', 'resumes', 'transactions', 'children']) {
      expect([what, hits.get(what)]).toEqual([what, expect.not.closeTo(0)]);
    }
  }, 3_700_000);
});

async function perform(script: Script): Promise<void> {
  const stage = new Stage(bench, script);
  const ended = await stage.perform();
  const predicted = predict(ended.id, script.nodes, script.resumesMax);
  const { witness } = stage;
  expect(ended).toMatchObject({ status: predicted.status, result: predicted.result, code: predicted.code });
  expect(witness.violations).toEqual([]);
  expect(witness.resumes).toBe(predicted.resumes);
  const places = await checkPlaces(script, ended, predicted, witness);
  count('workers died', ended.gone);
  count('leases lost', ended.lost);
  count('stale writes', ended.staleWrites);
  count('resumes', witness.resumes);
  count('steps', places.steps);
  count('transactions', places.transactions);
  count(
    'children',
    [...witness.children.values()].reduce((sum, ids) => sum + ids.size, 0),
  );
  count('failed for good', ended.status === 'failed' ? 1 : 0);
}

/** Every place was completed as often as it may be, and a transaction has left exactly one row. */
async function checkPlaces(script: Script, ended: Ended, predicted: Prediction, witness: Witness) {
  for (const [call, made] of predicted.children) expect([call, witness.children.get(call)?.size]).toEqual([call, made]);
  expect(new Set(witness.children.keys())).toEqual(new Set(predicted.children.keys()));
  const completed = predicted.completed.map((place) => actualPlace(place, witness));
  // Without deaths a step runs once, unless a sibling's failure ended the attempt while it was under way.
  const once = ended.gone + ended.staleWrites === 0 && !leavesWorkBehind(script.nodes);
  for (const place of completed) expect([place, witness.completions.get(place)]).toEqual([place, expect.any(Number)]);
  if (once) expect([...witness.completions].filter(([, n]) => n !== 1)).toEqual([]);
  const places = [...new Set([...completed, ...witness.completions.keys()])];
  const rows = await bench.query(
    `select place, count(*)::int as n, min(token) as token from booked where place = any($1) group by place`,
    [places],
  );
  expect(rows.filter((row) => row['n'] !== 1)).toEqual([]);
  expect(rows.filter((row) => witness.acknowledged.get(String(row['place'])) !== row['token'])).toEqual([]);
  return { steps: witness.completions.size, transactions: rows.length };
}

/** The model numbers the children of a call; in truth they have ids. */
function actualPlace(place: string, witness: Witness): string {
  const match = /^(.*)#(\d+) (main\S*)$/.exec(place);
  if (!match) return place;
  const [, call = '', made, at] = match;
  return `${[...(witness.children.get(call) ?? [])][Number(made)]} ${at}`;
}
