import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Holdfast } from '@holdfast/client';
import { FileKeyStore } from '@holdfast/client/node';
import { freshDatabase, type HttpFault, type HttpProxy, ServiceProcess, startHttpProxy } from '@holdfast/testkit';

const HERE = join(import.meta.dirname, '..', '..');
const HANDLERS = join(HERE, 'concurrency', 'ledger-handlers.mjs');
const CLIENT = join(HERE, 'client', 'crashing-client.mjs');
const KILLS = 50;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let folder: string;
let ledger: string;
let service: ServiceProcess;
let proxy: HttpProxy;
let next: HttpFault = 'hold';
let onFault: () => void = () => undefined;

beforeAll(async () => {
  database = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'holdfast-killed-client-'));
  ledger = join(folder, 'ledger');
  service = await ServiceProcess.start({ databaseUrl: database.url, handlers: HANDLERS, env: { LEDGER: ledger } });
  proxy = await startHttpProxy({ target: service.url, choose: () => next, onFault: () => onFault() });
});

afterAll(async () => {
  await proxy.close();
  await service.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const given = (intent: string) => [CLIENT, proxy.url, join(folder, 'keys'), intent];
const env = { ...process.env, NODE_OPTIONS: '' };

/** Starts a client and kills it when its request has been sent and its answer has not come. */
async function killBetween(intent: string, fault: HttpFault): Promise<void> {
  next = fault;
  const inBetween = new Promise<void>((resolve) => (onFault = resolve));
  const child = spawn(process.execPath, given(intent), { env, stdio: 'ignore' });
  await inBetween;
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
}

async function runToEnd(intent: string): Promise<{ id: string; replayed: boolean; recovered: boolean }> {
  next = 'pass';
  const { stdout } = await promisify(execFile)(process.execPath, given(intent), { env });
  return JSON.parse(stdout) as { id: string; replayed: boolean; recovered: boolean };
}

describe(`a client process that is killed between its request and the answer, ${KILLS} times`, () => {
  test('sends the same key after its restart: every intent is one operation with one effect', async () => {
    const ids = new Set<string>();
    let arrived = 0;
    for (let n = 0; n < KILLS; n += 1) {
      // Every third request is lost on its way there, the others have arrived and lost their answer.
      const fault = n % 3 === 0 ? 'swallow' : 'hold';
      await killBetween(`intent ${n}`, fault);
      const { id, replayed, recovered } = await runToEnd(`intent ${n}`);
      expect({ replayed, recovered }).toEqual({ replayed: fault === 'hold', recovered: true });
      ids.add(id);
      if (replayed) arrived += 1;
    }
    const direct = new Holdfast({ baseUrl: service.url });
    const found = new Set<string>();
    for await (const { id } of direct.list()) found.add((await direct.wait(id)).id);
    expect(found).toEqual(ids);
    expect(ids.size).toBe(KILLS);
    expect(readFileSync(ledger, 'utf8').trim().split('\n')).toHaveLength(KILLS);
    expect(await new FileKeyStore(join(folder, 'keys')).list()).toEqual([]);
    process.stdout.write(`killed: ${KILLS}, requests that had arrived: ${arrived}, operations: ${found.size}\n`);
  }, 180_000);
});
