import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FileKeyStore } from '@holdfast/client/node';
import { freshDatabase, ServiceProcess, unique } from '@holdfast/testkit';

const EXAMPLE = join(import.meta.dirname, '..', '..', '..', 'examples', 'node-client', 'client.mjs');

let database: Awaited<ReturnType<typeof freshDatabase>>;
let service: ServiceProcess;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-node-client-'));
  database = await freshDatabase();
  service = await ServiceProcess.start({ databaseUrl: database.url });
});

afterAll(async () => {
  await service.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(order: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [EXAMPLE, order, folder], {
    env: { ...process.env, NODE_OPTIONS: '', HOLDFAST_URL: service.url },
  });
  return stdout;
}

test('the example of a Node client does all it says, and at its second run nothing twice', async () => {
  const order = unique('order');
  await new FileKeyStore(folder).claim({ intent: 'report 2026-11-24', key: unique('crashed'), madeAtMs: Date.now() });
  const first = await run(order);
  expect(first).toMatch(/^created opn_\w+$/m);
  expect(first).toMatch(/^ {2}running 1 to go$/m);
  expect(first).toMatch(/^counted down from 3$/m);
  expect(first).toMatch(/^report of 2026-11-24, taken up after a crash$/m);
  expect(first).toMatch(/^declined: card_declined, see opn_\w+$/m);
  expect(first).toMatch(/it differs at \/input\/everyMs, \/input\/from$/m);
  expect(first).toMatch(/^lines sent: 3 of 3$/m);
  expect(first).toMatch(/^ {2}operation\.failed$/m);
  const second = await run(order);
  const [, id = ''] = /^created (opn_\w+)$/m.exec(first) ?? [];
  expect(second).toMatch(new RegExp(`^found ${id}$`, 'm'));
  expect(second).toMatch(/^report of 2026-11-24, made$/m);
});
