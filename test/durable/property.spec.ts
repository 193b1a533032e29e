import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fate } from './mortal-worker.js';
import { predict, type Prediction } from './predict.js';
import { leavesWorkBehind, type Node, programs, racesWithFailures } from './program.js';
import { testSeed } from '@holdfast/testkit';
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
  fc.record({
    at: fc.integer({ min: 1, max: 12 }),
    how: fc.constantFrom('before', 'after', 'within', 'stale', 'stale-end'),
  }),
  { maxLength: 4 },
);

const scripts: fc.Arbitrary<Script> = fc.record({
  nodes: programs,
  fates: fc.oneof(fc.constant([]), fates, fates),
  resumesMax: fc.integer({ min: 0, max: 2 }),
  pauses: fc.array(fc.constantFrom(0, 0, 5, 40), { maxLength: 6 }),
});

const NOT_NEVER = [
  'workers died',
  'stale writes',
  'resumes',
  'transactions',
  'children',
  'races that left won',
  'races that neither won',
];

/** How often something happened in all runs: what never happens proves nothing. */
const hits = new Map<string, number>();
const count = (what: string, n: number) => hits.set(what, (hits.get(what) ?? 0) + n);

describe('a program of durable calls', () => {
  test('that is resumed after its child has failed calls another child', async () => {
    const body: Node[] = [
      { do: 'step', value: 1 },
      { do: 'fail', until: 1 },
    ];
    await perform({ nodes: [{ do: 'call', caught: false, body }], fates: [], resumesMax: 1, pauses: [] });
  });

  test('at random comes to what the model says, whoever dies on the way', async () => {
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
    for (const what of NOT_NEVER) {
      expect({ what, seen: (hits.get(what) ?? 0) > 0 }).toEqual({ what, seen: true });
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
  for (const winner of witness.racesWon) count(`races that ${winner} won`, 1);
  count('failed for good', ended.status === 'failed' ? 1 : 0);
}

/** Every place was completed as often as it may be, and a transaction has left exactly one row. */
async function checkPlaces(script: Script, ended: Ended, predicted: Prediction, witness: Witness) {
  const { nodes } = script;
  if (!racesWithFailures(nodes)) {
    const made = new Map([...witness.children].map(([call, ids]) => [call, ids.size]));
    expect(made).toEqual(predicted.children);
  }
  const completions = [...witness.completions];
  // How far a failed program got is certain when nothing raced; one that succeeded has done all there is to do.
  if (ended.status === 'succeeded' || !racesWithFailures(nodes)) {
    const places = predicted.completed.map((place) => actualPlace(place, witness));
    expect(places.filter((place) => !witness.acknowledged.has(place))).toEqual([]);
  }
  // Without deaths a step runs once, unless a sibling's failure ended the attempt while it was under way.
  if (ended.gone + ended.staleWrites === 0 && !leavesWorkBehind(nodes)) {
    expect(completions.filter(([, times]) => times !== 1)).toEqual([]);
  }
  const rows = await bench.query(
    'select place, count(*)::int as n, min(token) as token from booked where place = any($1) group by place',
    [completions.map(([place]) => place)],
  );
  expect(rows.filter((row) => row['n'] !== 1)).toEqual([]);
  const transactions = witness.transactions.filter((place) => witness.acknowledged.has(place));
  const booked = new Map(rows.map((row) => [row['place'], row['token']]));
  expect(transactions.filter((place) => booked.get(place) !== witness.acknowledged.get(place))).toEqual([]);
  return { steps: completions.length, transactions: rows.length };
}

/** The model numbers the children of a call; in truth they have ids. */
function actualPlace(place: string, witness: Witness): string {
  const match = /^(.*)#(\d+) (main\S*)$/.exec(place);
  if (!match) return place;
  const [, call = '', made, at] = match;
  return `${[...(witness.children.get(call) ?? [])][Number(made)]} ${at}`;
}
