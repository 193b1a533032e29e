// A payment service as one meets them: honest with idempotency keys, and unreliable about everything else.
// The first call for each charge or refund fails: by turns it answers 503 before anything happened, or it moves the money
// and drops the connection before it answers. All that moves is appended to a ledger file and fsynced, so it survives
// whatever happens here.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const [ledgerPath, port = '0'] = process.argv.slice(2);
if (!ledgerPath) throw new Error('usage: node payment-service.mjs <ledger file> [port]');

const LIMIT_CENTS = 100_000;
const entries = existsSync(ledgerPath)
  ? readFileSync(ledgerPath, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
/** What was moved, by the idempotency key that asked for it. */
const moved = new Map(entries.map((entry) => [entry.key, entry]));
const ledger = openSync(ledgerPath, 'a');
const asked = new Set();

function moveOnce(kind, key, { cents, description }) {
  const known = moved.get(key);
  if (known) return known;
  const entry = { id: `${kind}_${moved.size + 1}`, kind, key, cents, description };
  writeSync(ledger, `${JSON.stringify(entry)}\n`);
  fsyncSync(ledger);
  moved.set(key, entry);
  return entry;
}

/** What a request wants moved, or the status that refuses it. */
function wanted(path, body) {
  if (path === '/charges') return body.cents > LIMIT_CENTS ? 402 : { kind: 'charge', ...body };
  const charge = moved.get(body.chargeKey);
  return charge ? { kind: 'refund', cents: -charge.cents, description: `refund of ${charge.description}` } : 404;
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const server = createServer(async (request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.method !== 'POST' || !['/charges', '/refunds'].includes(request.url))
    return answer(404, { error: 'There are only POST /charges and POST /refunds.' });
  const key = request.headers['idempotency-key'];
  if (!key) return answer(400, { error: 'An Idempotency-Key is needed.' });
  const body = await readJson(request);
  const firstCall = !asked.has(key);
  asked.add(key);
  const movesFirst = asked.size % 2 === 0;
  if (firstCall && !movesFirst) return answer(503, { error: 'Try again later.' });
  const what = wanted(request.url, body);
  if (typeof what === 'number') return answer(what, { error: what === 402 ? 'Declined.' : 'No such charge.' });
  const entry = moveOnce(what.kind, key, what);
  if (firstCall) return request.socket.destroy();
  return answer(200, entry);
});

server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  closeSync(ledger);
});
