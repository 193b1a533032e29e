// npm run bench: floors, peers and Holdfast side by side in one run. `npm run bench -- --help` lists the options.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readOptions, USAGE } from './options.mjs';
import { machine } from './report/machine.mjs';
import { tableText } from './report/markdown.mjs';
import { summarize } from './report/summary.mjs';
import { writeReport } from './report/write.mjs';
import { Server } from './stage/database.mjs';
import { serviceSettings } from './stage/holdfast.mjs';
import { WORKLOADS } from './workloads/index.mjs';

const ROOT = join(import.meta.dirname, '..');
const options = readOptions(process.argv.slice(2));
const selected = WORKLOADS.filter(({ name, onlyWith }) =>
  options.only === null ? onlyWith === undefined || options[onlyWith] : options.only.includes(name),
);

if (options.help || options.list || selected.length === 0) {
  console.log(options.list ? WORKLOADS.map(({ name, title }) => `${name.padEnd(12)} ${title}`).join('\n') : USAGE);
  process.exit(options.help || options.list ? 0 : 1);
}

const { version } = JSON.parse(readFileSync(join(ROOT, 'apps', 'holdfast', 'package.json'), 'utf8'));
const report = { date: new Date().toISOString(), machine: machine(), service: serviceSettings() };
const server = await Server.start(ROOT);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void server.stop().finally(() => process.exit(1)));
}
/** @type {{ workload: string, contender: string, repetition: number, values: Record<string, number> }[]} */
const measured = [];
const remarks = /** @type {string[]} */ ([]);
try {
  const stage = { options, server };
  for (let repetition = 1; repetition <= options.repetitions; repetition += 1) {
    for (const workload of selected) await measure(workload, workload.contenders(stage), repetition);
  }
  const tables = selected.map((workload) => summarize(workload, measured));
  console.log(`\n${tables.map(tableText).join('\n\n')}\n`);
  const { repetitions, windowMs, warmUpMs } = options;
  const method = { repetitions, windowMs, warmUpMs };
  const postgresql = await server.settings();
  if (options.write) {
    const written = writeReport(ROOT, {
      ...report,
      postgresql,
      versions: { holdfast: version },
      method,
      tables,
      remarks,
    });
    console.log(`Written: ${written.join(', ')}`);
  }
} finally {
  await server.stop();
}
process.exit(remarks.length === 0 ? 0 : 1);

/**
 * Everybody once, in turn; every other time the other way round, so that nobody is always first.
 *
 * @param {import('./workloads/index.mjs').Workload} workload
 * @param {import('./workloads/index.mjs').Contender[]} contenders
 * @param {number} repetition
 */
async function measure(workload, contenders, repetition) {
  for (const { name, measure: run } of repetition % 2 === 0 ? contenders.toReversed() : contenders) {
    try {
      const values = await run();
      measured.push({ workload: workload.name, contender: name, repetition, values });
      const [first] = workload.columns;
      const shown = first === undefined ? '' : values[first.key]?.toFixed(first.digits ?? 0);
      console.log(`${workload.name} ${repetition}/${options.repetitions} ${name}: ${shown}`);
    } catch (error) {
      // One that broke is reported as broken; the others are still measured.
      const [why = ''] = String(error instanceof Error ? error.message : error).split('\n');
      remarks.push(`${workload.name}, ${name}, repetition ${repetition}: ${why}`);
      console.error(`${workload.name} ${name}:`, error);
    }
  }
}
