// One command: starts the payment service and Holdfast as processes of their own, sends an order, approves it, follows it
// to its end, sends it again to show the replay, and writes the receipt. Then the same with an order whose last line is
// declined, to show the refunds.
//   node examples/order-charges/run.mjs [order.csv [receipt.json]]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';

const here = import.meta.dirname;
const [givenOrder, receiptPath = join(here, 'receipt.json')] = process.argv.slice(2);
const orderPaths = givenOrder ? [givenOrder] : [join(here, 'order.csv'), join(here, 'order-declined.csv')];
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

async function approve(operation) {
  const response = await fetch(`${operation.links.self}/signals/approval`, {
    method: 'POST',
    // One approval, however often it is sent.
    headers: { 'content-type': 'application/json', 'idempotency-key': 'approval-by-ann' },
    body: JSON.stringify({ payload: { by: 'ann' } }),
  });
  if (!response.ok) throw new Error(`The approval was refused: ${await response.text()}`);
  console.log('approved by ann');
}

async function follow(operation) {
  let seen = operation;
  let etag = '';
  let approved = false;
  while (seen.status === 'pending' || seen.status === 'running') {
    const response = await fetch(operation.links.self, { headers: { prefer: 'wait=10', 'if-none-match': etag } });
    if (response.status === 304) continue;
    etag = response.headers.get('etag') ?? '';
    seen = await response.json();
    const { completed = 0, total = '?' } = seen.progress ?? {};
    const waiting = seen.waitingFor?.name ? `, waiting for the ${seen.waitingFor.name}` : '';
    const trouble = seen.attempt.lastError ? ` — last error: ${seen.attempt.lastError.message}` : '';
    const { number } = seen.attempt;
    console.log(`${seen.status}${waiting}, attempt ${number}, ${completed} of ${total} lines charged${trouble}`);
    if (seen.waitingFor?.reason === 'signal' && !approved) {
      await approve(seen);
      approved = true;
    }
  }
  return seen;
}

function ledger(kind) {
  return readFileSync(ledgerPath, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.kind === kind);
}

/** Sends one order, follows it to its end, and says what the payment service has seen of it. */
async function order(url, path) {
  const orderId = basename(path, '.csv');
  const before = { charges: ledger('charge').length, refunds: ledger('refund').length };
  const body = { type: 'order.charge', input: { orderId, lines: readOrder(path) } };
  const first = await create(url, orderId, body);
  console.log(`${orderId}: created ${first.operation.id}`);
  const ended = await follow(first.operation);
  const again = await create(url, orderId, body);
  console.log(`sent again: Idempotent-Replayed: ${again.replayed}, the same ${again.operation.id}`);
  const charges = ledger('charge').length - before.charges;
  const refunds = ledger('refund').length - before.refunds;
  console.log(`${charges} charges and ${refunds} refunds in the ledger of the payment service`);
  if (ended.status === 'succeeded') {
    writeFileSync(receiptPath, `${JSON.stringify(ended.result, null, 2)}\n`);
    console.log(`${ended.result.attempts} attempts were needed, receipt written to ${receiptPath}\n`);
  } else {
    console.log(`the order ${ended.status}: ${ended.error.code}: ${ended.error.message}\n`);
  }
  return ended;
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

  for (const path of orderPaths) {
    const ended = await order(url, path);
    if (givenOrder && ended.status !== 'succeeded') process.exitCode = 1;
  }
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
