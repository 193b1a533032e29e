import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHttpPoller, type OperationResponse } from '@azure/core-lro';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';

const HANDLERS = join(import.meta.dirname, '..', '..', 'clients', 'handlers.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;

beforeAll(async () => {
  database = await freshDatabase();
  service = await ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS });
});

afterAll(async () => {
  await service.stop();
  await database.drop();
});

/** An answer of `fetch` in the shape in which Azure's generated clients hand it to the poller. */
async function asOperationResponse(answer: Response, requestMethod: string): Promise<OperationResponse> {
  const body: unknown = await answer.json();
  return {
    flatResponse: body,
    rawResponse: {
      statusCode: answer.status,
      headers: Object.fromEntries(answer.headers),
      body,
      request: { method: requestMethod, url: answer.url },
    },
  };
}

function poll(type: string, input: unknown = null) {
  return createHttpPoller(
    {
      sendInitialRequest: async () => {
        const answer = await fetch(`${service.url}/operations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': unique('azure') },
          body: JSON.stringify({ type, input }),
        });
        return asOperationResponse(answer, 'POST');
      },
      sendPollRequest: async (path: string) =>
        asOperationResponse(await fetch(`${path}?api-version=2024-01-01`), 'GET'),
    },
    { intervalInMs: 20 },
  );
}

describe('the unmodified @azure/core-lro', () => {
  test('polls an operation to its result', async () => {
    const result = await poll('client.slow', { ms: 100 }).pollUntilDone();
    expect(result).toMatchObject({ status: 'succeeded', result: { slept: true } });
  });

  test('polls an operation to its failure, with code and message', async () => {
    await expect(poll('client.decline').pollUntilDone()).rejects.toThrow(/card_declined.*The card was declined/s);
  });

  test('polls an operation to its cancellation', async () => {
    const poller = poll('client.forever');
    await poller.submitted();
    const { operations } = (await (
      await fetch(`${service.url}/operations?type=client.forever&status=pending&status=running`)
    ).json()) as { operations: { links: { cancel: string } }[] };
    expect(operations).toHaveLength(1);
    await fetch(operations[0]?.links.cancel ?? '', { method: 'POST' });
    await expect(poller.pollUntilDone()).rejects.toThrow(/cancel/i);
  });
});
