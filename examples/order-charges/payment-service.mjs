// A payment service as one meets them: honest with idempotency keys, and unreliable about everything else.
// The first call for each charge fails: by turns it answers 503 before anything happened, or it charges the card and
// drops the connection before it answers. Charges are appended to a ledger file and fsynced, so they survive whatever happens here.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const [ledgerPath, port = '0'] = process.argv.slice(2);
if (!ledgerPath) throw new Error('usage: node payment-service.mjs <ledger file> [port]');

const LIMIT_CENTS = 100_000;
const charges = new Map(
  existsSync(ledgerPath)
    ? readFileSync(ledgerPath, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
        .map((charge) => [charge.key, charge])
    : [],
);
const ledger = openSync(ledgerPath, 'a');
const asked = new Set();

function chargeOnce(key, { cents, description }) {
  const known = charges.get(key);
  if (known) return known;
  const charge = { id: `ch_${charges.size + 1}`, key, cents, description };
  writeSync(ledger, `${JSON.stringify(charge)}\n`);
  fsyncSync(ledger);
  charges.set(key, charge);
  return charge;
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const server = createServer(async (request, response) => {
  const answer = (status, body) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.method !== 'POST' || request.url !== '/charges')
    return answer(404, { error: 'There is only POST /charges.' });
  const key = request.headers['idempotency-key'];
  if (!key) return answer(400, { error: 'An Idempotency-Key is needed.' });
  const body = await readJson(request);
  const firstCall = !asked.has(key);
  asked.add(key);
  const chargesFirst = asked.size % 2 === 0;
  if (firstCall && !chargesFirst) return answer(503, { error: 'Try again later.' });
  if (body.cents > LIMIT_CENTS) return answer(402, { error: 'The card was declined.' });
  const charge = chargeOnce(key, body);
  if (firstCall) return request.socket.destroy();
  return answer(200, charge);
});

server.listen(Number(port), '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  closeSync(ledger);
});
