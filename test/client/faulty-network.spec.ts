import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Holdfast } from '@holdfast/client';
import {
  freshDatabase,
  type HttpFault,
  type HttpProxy,
  ServiceProcess,
  startHttpProxy,
  until,
  seededRandom,
} from '@holdfast/testkit';

const HANDLERS = join(import.meta.dirname, '..', '..', 'concurrency', 'ledger-handlers.mjs');
const CREATES = 1_000;
const AT_ONCE = 25;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let folder: string;
let ledger: string;
let service: ServiceProcess;
let proxy: HttpProxy;
/** Requests that the proxy passed on, by the reason they gave; `none` for first ones. */
const forwarded: Record<string, number> = {};

beforeAll(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'));
  ledger = join(folder, 'ledger');
  service = await ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS, env: { LEDGER: ledger } });
  const random = seededRandom(6);
  proxy = await startHttpProxy({
    target: service.url,
    choose: ({ headers }) => {
      const fault = faultFor(random());
      const [, reason = 'none'] = /;reason=([a-z-]+)/.exec(headers['idempotency-attempt'] as string) ?? [];
      if (fault !== 'refuse') forwarded[reason] = (forwarded[reason] ?? 0) + 1;
      return fault;
    },
  });
});

afterAll(async () => {
  await proxy.close();
  await service.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function faultFor(chance: number): HttpFault {
  if (chance < 0.3) return 'cut';
  if (chance < 0.4) return 'hold';
  return chance < 0.5 ? 'refuse' : 'pass';
}

/** Creates all, some at a time; gives the ids in order. */
async function createAll(holdfast: Holdfast): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const send = async () => {
    while (next < CREATES) {
      const n = next++;
      const { operation } = await holdfast.create('ledger.write', { n }, { identity: [n] });
      ids[n] = operation.id;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return ids;
}

/** How often each reason was given, in all requests of the operations, or only in those answered by replay. */
async function reasonsLogged(direct: Holdfast, ids: readonly string[], which = /./): Promise<Record<string, number>> {
  const logged: Record<string, number> = {};
  for (const id of ids) {
    for (const { reason, outcome } of (await direct.getFull(id)).requests) {
      if (which.test(outcome)) logged[reason ?? 'none'] = (logged[reason ?? 'none'] ?? 0) + 1;
    }
  }
  return logged;
}

/** The same as the service's metrics have it. */
async function reasonsMeasured(): Promise<Record<string, number>> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  const measured: Record<string, number> = {};
  for (const [, reason = '', count] of page.matchAll(
    /^holdfast_replays_total\{.*holdfast_client_reason="([^"]+)".*\} (\d+)/gm,
  )) {
    measured[reason] = (measured[reason] ?? 0) + Number(count);
  }
  return measured;
}

const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, n) => total + n, 0);

describe(`${CREATES} creates through a network that loses 30 % of the answers, holds back 10 % and refuses 10 %`, () => {
  test('are as many operations, each with one effect, and the service knows why it was asked again', async () => {
    const reasons: string[] = [];
    const client = new Holdfast({
      baseUrl: proxy.url,
      attemptTimeoutMs: 800,
      deadlineMs: 120_000,
      // Half of all requests fail on purpose, for as long as the test lasts.
      retry: { maxAttempts: 40, initialDelayMs: 20, maxDelayMs: 200, budgetPerSecond: 1_000 },
      onRetry: ({ reason }) => reasons.push(reason),
    });
    const ids = await createAll(client);
    expect(new Set(ids).size).toBe(CREATES);

    const direct = new Holdfast({ baseUrl: service.url });
    for (const id of ids) expect(await direct.wait(id)).toMatchObject({ status: 'succeeded', attempt: { number: 1 } });
    let listed = 0;
    for await (const { id } of direct.list({ pageSize: 200 })) listed += ids.includes(id) ? 1 : CREATES;
    expect(listed).toBe(CREATES);
    expect(readFileSync(ledger, 'utf8').trim().split('\n')).toHaveLength(CREATES);

    // What the service recorded is what was sent, request by request; it writes that down a moment after it has answered.
    let logged: Record<string, number> = {};
    await until(async () => sum((logged = await reasonsLogged(direct, ids))) >= sum(forwarded));
    expect(logged).toEqual(forwarded);
    expect(Object.keys(logged).sort()).toEqual(['connection-reset', 'none', 'server-error', 'timeout']);
    const replays = await reasonsLogged(direct, ids, /replayed/);
    expect(await reasonsMeasured()).toMatchObject(replays);
    expect(Object.keys(replays)).toEqual(expect.arrayContaining(['connection-reset', 'timeout']));
    const { cut, hold, refuse } = proxy.hits;
    expect(Math.min(cut, hold, refuse)).toBeGreaterThan(CREATES / 20);
    expect(reasons.length).toBeGreaterThanOrEqual(cut + hold + refuse);
    process.stdout.write(`answers cut: ${cut}, held: ${hold}, refused: ${refuse}; logged: ${JSON.stringify(logged)}\n`);
  }, 180_000);
});
