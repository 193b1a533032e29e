// One command: starts the payment service and Holdfast as processes of their own, sends the order, follows it to its
// end, sends it again to show the replay, and writes the receipt.
//   node examples/order-charges/run.mjs [order.csv] [receipt.json]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const here = import.meta.dirname;
const orderPath = process.argv[2] ?? join(here, 'order.csv');
const receiptPath = process.argv[3] ?? join(here, 'receipt.json');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-example-'));
const ledgerPath = join(folder, 'charges.jsonl');
const children = [];
const logs = [];

function start(script, args, env = {}) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Shown only when something goes wrong: the story of the order is told below.
  child.stderr.setEncoding('utf8').on('data', (text) => logs.push(text));
  children.push(child);
  return child;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function untilReady(url, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Holdfast ended with exit code ${child.exitCode}.`);
    const ready = await fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function readOrder(path) {
  const [header, ...rows] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.split(','));
  const lines = rows.map((row) => Object.fromEntries(row.map((value, column) => [header[column], value])));
  return lines.map(({ sku, quantity, cents }) => ({ sku, quantity: Number(quantity), cents: Number(cents) }));
}

async function create(url, key, body) {
  const response = await fetch(`${url}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The create was refused: ${await response.text()}`);
  return { replayed: response.headers.get('idempotent-replayed'), operation: await response.json() };
}

async function follow(operation) {
  let seen = operation;
  let etag = '';
  while (seen.status === 'pending' || seen.status === 'running') {
    const response = await fetch(operation.links.self, { headers: { prefer: 'wait=10', 'if-none-match': etag } });
    if (response.status === 304) continue;
    etag = response.headers.get('etag') ?? '';
    seen = await response.json();
    const { completed = 0, total = '?' } = seen.progress ?? {};
    const trouble = seen.attempt.lastError ? ` — last error: ${seen.attempt.lastError.message}` : '';
    console.log(`${seen.status}, attempt ${seen.attempt.number}, ${completed} of ${total} lines charged${trouble}`);
  }
  return seen;
}

async function main() {
  const payments = start(join(here, 'payment-service.mjs'), [ledgerPath]);
  const [paymentsPort] = await once(createInterface({ input: payments.stdout }), 'line');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const holdfast = start(join(here, '..', '..', 'apps', 'holdfast', 'dist', 'main.js'), [], {
    PORT: String(port),
    PUBLIC_URL: url,
    HOLDFAST_DATA_DIR: process.env.HOLDFAST_DATA_DIR ?? join(folder, 'data'),
    HOLDFAST_HANDLERS: join(here, 'handlers.mjs'),
    PAYMENTS_URL: `http://127.0.0.1:${paymentsPort}`,
  });
  holdfast.stdout.resume();
  await untilReady(url, holdfast);

  const body = { type: 'order.charge', input: { orderId: 'order-1001', lines: readOrder(orderPath) } };
  const first = await create(url, 'order-1001', body);
  console.log(`created ${first.operation.id}`);
  const ended = await follow(first.operation);
  if (ended.status !== 'succeeded') throw new Error(`The order ${ended.status}: ${ended.error.message}`);

  const again = await create(url, 'order-1001', body);
  console.log(`sent again: Idempotent-Replayed: ${again.replayed}, the same ${again.operation.id}`);
  const charges = readFileSync(ledgerPath, 'utf8').trim().split('\n').length;
  console.log(`${charges} charges in the ledger of the payment service, ${ended.result.attempts} attempts were needed`);
  writeFileSync(receiptPath, `${JSON.stringify(ended.result, null, 2)}\n`);
  console.log(`receipt written to ${receiptPath}`);
}

try {
  await main();
} catch (error) {
  console.error(logs.join(''));
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const child of children.toReversed()) {
    if (child.exitCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
}
