import { request as httpRequest, createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';
import Stripe from 'stripe';

const HANDLERS = join(import.meta.dirname, '..', '..', 'clients', 'handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;
let proxy: Server;
let dropAnswers = 0;
let forwarded = 0;

/** What stands in front: rewrites `/v2/operations` to `/operations`, and loses as many answers as it is told to. */
function startRewrite(): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const path = (incoming.url ?? '').replace(/^\/v2/, '');
    const headers = { ...incoming.headers, host: new URL(service.url).host };
    const upstream = httpRequest(`${service.url}${path}`, { method: incoming.method, headers }, (answer) => {
      forwarded += 1;
      if (dropAnswers > 0) {
        dropAnswers -= 1;
        answer.resume();
        incoming.socket.destroy();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => incoming.socket.destroy());
    incoming.pipe(upstream);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  database = await freshDatabase();
  service = await ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS });
  proxy = await startRewrite();
});

afterAll(async () => {
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await service.stop();
  await database.drop();
});

function client(): Stripe {
  const { port } = proxy.address() as { port: number };
  return new Stripe('sk_test_holdfast', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 2,
    telemetry: false,
  });
}

async function operationsWithKey(key: string): Promise<unknown[]> {
  const answer = await fetch(`${service.url}/operations?idempotencyKey=${key}`);
  return ((await answer.json()) as { operations: unknown[] }).operations;
}

describe('the unmodified stripe client', () => {
  test('whose first answer is dropped sends the same key again and ends with one operation', async () => {
    const label = unique('run');
    const before = forwarded;
    dropAnswers = 1;
    const operation = await client().rawRequest('POST', '/v2/operations', {
      type: 'client.succeed',
      input: { label },
      labels: { label },
    });
    expect(operation).toMatchObject({ type: 'client.succeed' });
    expect(forwarded - before).toBe(2);
    const answer = await fetch(`${service.url}/operations?label.label=${label}`);
    const { operations } = (await answer.json()) as { operations: { id: string }[] };
    expect(operations.map(({ id }) => id)).toEqual([(operation as unknown as { id: string }).id]);
  });

  test('throws when a key was used for another request, and there is still one operation', async () => {
    const idempotencyKey = unique('stripe');
    const send = (amount: number) =>
      client().rawRequest(
        'POST',
        '/v2/operations',
        { type: 'client.succeed', input: { amount } },
        {
          idempotencyKey,
        },
      );
    await send(1);
    await expect(send(2)).rejects.toMatchObject({ statusCode: 422, code: 'idempotency_key_reused' });
    expect(await operationsWithKey(idempotencyKey)).toHaveLength(1);
  });
});
