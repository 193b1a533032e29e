// A Node program that uses Holdfast through its client. Run it twice: the second run finds what the first one did.
//   npm start                                  (in another terminal)
//   node examples/node-client/client.mjs
import { join } from 'node:path';
import { Holdfast, IdempotencyKeyReusedError, OperationFailedError, UnreachableError } from '@holdfast/client';
import { FileKeyStore } from '@holdfast/client/node';

const { HOLDFAST_URL = 'http://localhost:8080', HOLDFAST_TOKEN: token } = process.env;
const [orderId = 'order-1001', keyFolder = join(import.meta.dirname, '.holdfast', 'keys')] = process.argv.slice(2);

const holdfast = new Holdfast({
  baseUrl: HOLDFAST_URL,
  keyStore: new FileKeyStore(keyFolder),
  onRetry: ({ attempt, reason, delayMs }) => console.log(`  try ${attempt}: ${reason}; again in ${delayMs | 0} ms`),
  ...(token ? { token } : {}),
});

/** One order is one operation, whoever asks for it, and however often. */
async function countDown() {
  const input = { from: 3, everyMs: 100 };
  const { operation, replayed } = await holdfast.create('demo.countdown', input, { identity: [orderId] });
  console.log(`${replayed ? 'found' : 'created'} ${operation.id}`);
  const ended = await holdfast.wait(operation.id, {
    timeoutMs: 60_000,
    onChange: ({ status, progress }) => console.log(' ', status, progress?.message ?? ''),
  });
  return ended.result.countedFrom;
}

/** What has no identity gets a key that is on the disk before the request leaves, and off it when all is done. */
async function report() {
  return holdfast.once('report 2026-11-24', async (intent) => {
    const { operation } = await holdfast.create('demo.echo', { day: '2026-11-24' }, intent);
    const result = await holdfast.result(operation.id);
    console.log(`report of ${result.day}, ${intent.recovered ? 'taken up after a crash' : 'made'}`);
    return operation.id;
  });
}

/** What goes wrong has a class, and says whether coming back is worth while. */
async function decline() {
  try {
    await holdfast.run('demo.decline', { cents: 500 }, { identity: [orderId] });
  } catch (error) {
    if (error instanceof OperationFailedError) {
      return `${error.problem.error.code}, see ${error.operationId}`;
    }
    if (error instanceof UnreachableError) {
      return `nobody knows; ask again with the key ${error.key}`;
    }
    throw error;
  }
}

async function misuse() {
  try {
    await holdfast.create('demo.countdown', { from: 4 }, { identity: [orderId] });
  } catch (error) {
    if (!(error instanceof IdempotencyKeyReusedError)) throw error;
    return error.problem.mismatch?.join(', ');
  }
}

async function many() {
  const items = [1, 2, 3].map((n) => ({ type: 'demo.echo', input: { n }, identity: [orderId, 'line', n] }));
  const results = await holdfast.batch(items);
  const refused = results.filter(({ error }) => error !== null);
  return `${results.length - refused.length} of ${items.length}`;
}

console.log(`counted down from ${await countDown()}`);
await report();
console.log(`declined: ${await decline()}`);
console.log('the same key for something else is refused; it differs at', await misuse());
console.log(`lines sent: ${await many()}`);
for await (const { type } of holdfast.watch((await holdfast.findByKey(`demo.decline:${orderId}`)).id)) {
  console.log(`  ${type}`);
}
