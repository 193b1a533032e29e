// npm run test:crash: one round (another one when it missed something), or with `--long [minutes]` round after round, each with a seed of its own, and a report;
// or `--look FOLDER [UUID]`: what the evidence that a run has kept tells.
import { parseArgs } from 'node:util';
import { seededRandom, testSeed } from '@holdfast/testkit';
import { addUp } from './add-up.js';
import { writeReport } from './dated-report.js';
import { type Figures, vacuous } from './figures.js';
import { story, verdict } from './look.js';
import { reportText } from './report.js';
import { run } from './run.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    long: { type: 'boolean', default: false },
    look: { type: 'string' },
    operations: { type: 'string', default: '5000' },
    faults: { type: 'string', default: '260' },
  },
});
if (values.look !== undefined) {
  const [uuid] = positionals;
  process.stdout.write(`${uuid === undefined ? verdict(values.look) : story(values.look, uuid)}\n`);
  process.exit(0);
}
const minutes = values.long ? Number(positionals[0] ?? 60) : 0;
const firstSeed = testSeed();
const random = seededRandom(firstSeed);
const say = (line: string) => void process.stdout.write(`crash: ${line}\n`);

const date = new Date().toISOString();
const startedAt = performance.now();
const seeds: number[] = [];
const rounds: Figures[] = [];
let postgresql = '';
/** Faults strike at random: what one round of them has not hit, the next ones do, unless it cannot be hit any more. */
const ROUNDS_UNTIL_VOID = 3;
const goesOn = () =>
  (performance.now() - startedAt) / 60_000 < minutes ||
  (rounds.length < ROUNDS_UNTIL_VOID && vacuous(addUp(rounds)).length > 0);
do {
  const seed = seeds.length === 0 ? firstSeed : Math.floor(random() * 2 ** 31);
  seeds.push(seed);
  say(`round ${seeds.length}, TEST_SEED=${seed}`);
  const options = { seed, operations: Number(values.operations), faults: Number(values.faults), say };
  const figures = await run({ ...options, onServer: (version) => (postgresql = version) });
  rounds.push(figures);
  say(`${figures.seconds} s, ${figures.violations.length} violations`);
  // After each round: what an hour has shown must not be lost with its last round.
  if (values.long) say(`written: ${writeReport(addUp(rounds), { date, postgresql, seeds }).join(', ')}`);
  // A round that found something is the one to look at: its seed is in the line above.
} while (rounds.at(-1)?.violations.length === 0 && goesOn());

const all = addUp(rounds);
say(`\n\n${reportText(all)}\n`);
const nothing = vacuous(all);
if (nothing.length > 0) say(`void, because nothing of this happened: ${nothing.join(', ')}`);
process.exit(all.violations.length + nothing.length === 0 ? 0 : 1);
