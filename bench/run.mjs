// npm run bench: floors, peers and Holdfast side by side in one run. `npm run bench -- --help` lists the options.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureAll } from './measure-all.mjs';
import { readOptions, USAGE } from './options.mjs';
import { machine } from './report/machine.mjs';
import { tableText } from './report/markdown.mjs';
import { summarize } from './report/summary.mjs';
import { writeReport } from './report/write.mjs';
import { Server } from './stage/database.mjs';
import { serviceSettings } from './stage/holdfast.mjs';
import { choosePeers } from './stage/peers.mjs';
import { WORKLOADS } from './workloads/index.mjs';

const ROOT = join(import.meta.dirname, '..');
const options = readOptions(process.argv.slice(2));
const strangers = options.only?.filter((name) => WORKLOADS.every((workload) => workload.name !== name)) ?? [];
if (options.help || options.list || strangers.length > 0) {
  if (strangers.length > 0) console.error(`No such workload: ${strangers.join(', ')}\n`);
  console.log(options.help ? USAGE : WORKLOADS.map(({ name, title }) => `${name.padEnd(12)} ${title}`).join('\n'));
  process.exit(strangers.length > 0 ? 1 : 0);
}
const selected = WORKLOADS.filter(({ name, asked }) =>
  options.only === null ? asked === undefined || options[asked] : options.only.includes(name),
);

const { version } = JSON.parse(readFileSync(join(ROOT, 'apps', 'holdfast', 'package.json'), 'utf8'));
// Before anything of ours runs, so that the load is that of others.
const before = { date: new Date().toISOString(), machine: machine() };
const { peers, remarks } = await choosePeers(options.peers);
for (const remark of remarks) console.log(remark);
const server = await Server.start(options.data);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => void server.stop().finally(() => process.exit(1)));
}
let broken = /** @type {string[]} */ ([]);
try {
  const { measured, failures } = await measureAll(selected, { options, server, peers, remarks });
  broken = failures;
  const tables = selected.map((workload) => summarize(workload, measured));
  console.log(`\n${tables.map(tableText).join('\n\n')}\n`);
  if (options.write) {
    const { repetitions, windowMs, warmUpMs } = options;
    const written = writeReport(ROOT, {
      ...before,
      version,
      service: serviceSettings(),
      postgresql: await server.settings(),
      method: { repetitions, windowMs, warmUpMs },
      peers: peers.map(({ name, package: from, version: at, lacks }) => ({ name, package: from, version: at, lacks })),
      tables,
      remarks: [...remarks, ...failures],
    });
    console.log(`Written: ${written.join(', ')}`);
  }
} finally {
  await server.stop();
}
process.exit(broken.length === 0 ? 0 : 1);
