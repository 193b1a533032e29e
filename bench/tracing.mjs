// What tracing costs: creates per second with tracing off, at 1 % and at 100 %, services on one PostgreSQL taking turns,
// so that whatever else the machine does meets all of them. The turns of one round give one comparison. Processes of one
// and the same code differ by some percent, by where their memory happens to lie, so there are several generations of
// services, and two in each that do not trace: what the twins seem to differ by is what this measurement cannot see.
// The median of the generations is the answer. Beside the rate, the processor time a create takes in the service, which
// does not depend on how busy the machine is. The collector stands in for one on another machine: it throws away what it
// gets as cheaply as can be, and what it takes of the processors is told, too.
//   npm run bench:tracing [-- <generations> <rounds> <creates a turn>]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { migrate } from '@holdfast/store';

const [GENERATIONS = 5, ROUNDS = 6, CREATES = 4_000] = process.argv.slice(2).map(Number);
/** Creates before anything counts: enough for what one in a hundred of them does to be compiled for good. */
const WARM_UP = 100_000;
const CONNECTIONS = 50;
const MAIN = join(import.meta.dirname, '..', 'apps', 'holdfast', 'dist', 'main.js');
/** Looks for the end of each request only: an HTTP server would parse what it throws away. */
const SINK = `
  const END = Buffer.from('0\\r\\n\\r\\n');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (chunk.subarray(-END.length).equals(END)) socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n');
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
await migrate(postgres.url);
const children = [];

function child(parameters, env) {
  const started = spawn(process.execPath, parameters, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(started);
  return started;
}

async function said(process, pattern) {
  let text = '';
  for await (const chunk of process.stdout.setEncoding('utf8')) {
    text += chunk;
    const found = pattern.exec(text);
    if (found) return Number(found[1]);
  }
  throw new Error(`ended early: ${text}`);
}

async function service(variables) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, PORT: '0', DATABASE_URL: postgres.url, HOLDFAST_ROLE: 'api', ...variables };
  const started = child([MAIN], { ...env, HOLDFAST_LOG_LEVEL: 'error' });
  return { port: await said(started, /http:\/\/localhost:(\d+)\/health\/ready/), pid: started.pid, started };
}

const sink = child(['-e', SINK], {});
const sinkPort = await said(sink, /(\d+)/);
const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`, OTEL_METRICS_EXPORTER: 'none' };
const sampled = { ...traced, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };
const VARIABLES = { off: {}, twin: {}, one: sampled, all: traced };
const LABELS = { off: 'off', twin: 'off, its twin', one: '1 %', all: '100 %' };

let made = 0;
const body = JSON.stringify({ type: 'demo.echo', input: { name: 'Ada' } });
const request = () =>
  `POST /operations HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nidempotency-key: b${made++}\r\n` +
  `content-length: ${body.length}\r\n\r\n${body}`;

/** One connection that sends the next create when the last one is answered; `share` of them in all. */
async function connection(port, share) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let answered = 0;
  let text = '';
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (text.length < head + 4 + length) return;
      if (!text.startsWith('HTTP/1.1 202')) return reject(new Error(text));
      text = '';
      answered += 1;
      if (answered < share) return socket.write(request());
      socket.end();
      resolve();
    });
    socket.write(request());
  });
}

/** Processor time of a process so far, in µs, all its threads: the scheduler of Linux counts nanoseconds. */
function cpuMicros(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]));
  return nanos.reduce((sum, one) => sum + one, 0) / 1_000;
}

async function turn({ port, pid }, creates) {
  const cpu = cpuMicros(pid);
  const sinkCpu = cpuMicros(sink.pid);
  const from = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, () => connection(port, creates / CONNECTIONS)));
  const seconds = (performance.now() - from) / 1_000;
  return {
    rate: Math.round(creates / seconds),
    cpuMicros: (cpuMicros(pid) - cpu) / creates,
    sinkMicros: (cpuMicros(sink.pid) - sinkCpu) / creates,
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const percent = (share) => `${(share * 100).toFixed(1)} %`;

/** Services that have just been started, warmed up, measured in turns and ended. */
async function generation(number) {
  const services = {};
  for (const [name, variables] of Object.entries(VARIABLES)) services[name] = await service(variables);
  for (const each of Object.values(services)) await turn(each, WARM_UP);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const turns = {};
    // Each round begins with another one: none is always the first after a checkpoint or a collection.
    const order = Object.keys(services).map((_, index, names) => names[(index + round) % names.length]);
    for (const name of order) turns[name] = await turn(services[name], CREATES);
    rounds.push(turns);
    const told = order.map((name) => `${name} ${turns[name].rate}/s ${turns[name].cpuMicros.toFixed(0)} µs`);
    console.log(`${number}.${round + 1}: ${told.sort().join(', ')}`);
  }
  await Promise.all(Object.values(services).map(({ started }) => end(started)));
  return rounds;
}

async function end(process) {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const exited = once(process, 'exit');
  process.kill();
  await exited;
}

try {
  const generations = [];
  for (let number = 1; number <= GENERATIONS; number += 1) generations.push(await generation(number));
  const typical = (name, what) => median(generations.flat().map((turns) => turns[name][what]));
  const costs = (ofRound) => generations.map((rounds) => median(rounds.map(ofRound)));
  const untraced = (turns, what) => (turns.off[what] + turns.twin[what]) / 2;
  const rateCosts = (name) => costs((turns) => 1 - turns[name].rate / untraced(turns, 'rate'));
  // Share of throughput a busy service loses by needing more processor time for each create.
  const cpuCosts = (name) => costs((turns) => 1 - untraced(turns, 'cpuMicros') / turns[name].cpuMicros);
  const told = (values) =>
    `${percent(median(values))} (${percent(Math.min(...values))} to ${percent(Math.max(...values))})`;
  console.log('| tracing | creates/s | cost | processor time a create | cost | of the collector |');
  console.log('| --- | --: | --: | --: | --: | --: |');
  for (const [name, label] of Object.entries(LABELS)) {
    const [cpu, sinkCpu] = ['cpuMicros', 'sinkMicros'].map((what) => `${typical(name, what).toFixed(1)} µs`);
    const [rate, cost] = [typical(name, 'rate'), told(rateCosts(name))];
    console.log(`| ${label} | ${rate} | ${cost} | ${cpu} | ${told(cpuCosts(name))} | ${sinkCpu} |`);
  }
  const date = new Date().toISOString().slice(0, 10);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, postgresql: 18 };
  const result = { date, machine, connections: CONNECTIONS, warmUp: WARM_UP, createsATurn: CREATES, generations };
  const cost = Object.fromEntries(
    ['twin', 'one', 'all'].map((name) => [
      name,
      { rate: median(rateCosts(name)), processorTime: median(cpuCosts(name)) },
    ]),
  );
  writeFileSync(
    join(import.meta.dirname, 'results', `${date}-tracing.json`),
    `${JSON.stringify({ ...result, cost }, null, 2)}\n`,
  );
} finally {
  await Promise.all(children.map(end));
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
