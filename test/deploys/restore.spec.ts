import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EmbeddedServer, startEmbeddedPostgres } from '@holdfast/embedded';
import { ServiceProcess, until } from '@holdfast/testkit';
import { CommandLine } from '../cli/command-line.js';
import { baseBackup, copyFolder, writeAs } from './base-backup.js';

const HANDLERS = join(import.meta.dirname, '..', '..', 'deploys', 'restore-handlers.mjs');

let root: string;
let server: EmbeddedServer;
let service: ServiceProcess;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'holdfast-restore-'));
  await writeFile(ledger(), '');
  // The server may run under another account than this process, and archives its log by itself.
  await chmod(root, 0o711);
  await mkdir(archive());
  await chmod(archive(), 0o777);
  server = await startServer();
  service = await startService();
});

afterEach(async () => {
  await service.stop();
  await server.stop();
  await rm(root, { recursive: true, force: true });
});

const ledger = () => join(root, 'ledger');
const data = () => join(root, 'data', 'postgres');
const backup = () => join(root, 'backup');
const archive = () => join(root, 'archive');
const shell = () => new CommandLine({ DATABASE_URL: server.url, HOLDFAST_URL: service.url });

async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<EmbeddedServer> {
  const archiving = { archive_mode: 'on', archive_command: `cp %p ${archive()}/%f` };
  return startEmbeddedPostgres({ dataDir: join(root, 'data'), settings: { ...archiving, ...settings } });
}

function startService(): Promise<ServiceProcess> {
  return ServiceProcess.start({ databaseUrl: server.url, handlers: HANDLERS, env: { LEDGER: ledger() } });
}

interface Answered {
  readonly status: number;
  readonly replayed: string | null;
  readonly body: { readonly id: string; readonly status: string; readonly error?: { readonly code: string } };
}

async function order(name: string, waits: string | null = null, seconds = 20): Promise<Answered> {
  return answered(
    await fetch(`${service.url}/operations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': name, prefer: `wait=${waits ? 0 : seconds}` },
      body: JSON.stringify({ type: 'restore.order', input: { name, until: waits } }),
    }),
  );
}

async function answered(response: Response): Promise<Answered> {
  const body = (await response.json()) as Answered['body'];
  return { status: response.status, replayed: response.headers.get('idempotent-replayed'), body };
}

const get = async (id: string) => answered(await fetch(`${service.url}/operations/${id}`));

/** Sends what the order waits for, and resolves once it is done. */
async function approve(id: string): Promise<void> {
  const sent = await fetch(`${service.url}/operations/${id}/signals/approval`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `approve-${id}` },
    body: '{"payload":null}',
  });
  if (sent.status !== 202) throw new Error(`${sent.status} ${await sent.text()}`);
  await until(async () => (await get(id)).body.status === 'succeeded');
}

async function charged(): Promise<string[]> {
  return (await readFile(ledger(), 'utf8')).trim().split('\n').sort();
}

/** Puts the backup where the data was; `prepare` may still add to it. */
async function restoreBackup(prepare: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  await service.stop();
  await server.stop();
  await rm(data(), { recursive: true });
  await copyFolder(backup(), data());
  await prepare();
}

test('recovery to the end of the log brings back every operation and key, and nothing runs twice', async () => {
  const waiting = await order('waits', 'approval');
  await baseBackup(server.url, data(), backup());
  const late = await order('after-the-backup');
  await approve(waiting.body.id);
  await restoreBackup(async () => writeAs(data(), 'recovery.signal', ''));
  server = await startServer({ restore_command: `cp ${archive()}/%f %p` });
  service = await startService();
  expect(await order('after-the-backup')).toMatchObject({ status: 200, replayed: 'true', body: { id: late.body.id } });
  expect((await get(waiting.body.id)).body.status).toBe('succeeded');
  expect(await charged()).toEqual(['after-the-backup', 'waits']);
}, 150_000);

test('an old backup makes lost work run again, which is why there is «holdfast restored»', async () => {
  const waiting = await order('waits', 'approval');
  await baseBackup(server.url, data(), backup());
  await order('after-the-backup');
  await approve(waiting.body.id);
  await restoreBackup();
  server = await startServer();
  service = await startService();
  expect(await order('after-the-backup')).toMatchObject({ status: 200, replayed: 'false' });
  await approve(waiting.body.id);
  expect(await charged()).toEqual(['after-the-backup', 'after-the-backup', 'waits', 'waits']);
}, 150_000);

test('«holdfast restored» lets nothing of the lost time run again before somebody has decided', async () => {
  const done = await order('done-before');
  const waiting = await order('waits', 'approval');
  await baseBackup(server.url, data(), backup());
  const late = await order('after-the-backup');
  await approve(waiting.body.id);
  await restoreBackup();
  server = await startServer();

  const held = await shell().run('restored');
  expect([held.code, JSON.parse(held.stdout)]).toMatchObject([0, { held: 1 }]);
  service = await startService();
  // What is known is answered as ever, what is not is not decided yet, and what had not ended is for somebody to look at.
  expect(await order('done-before')).toMatchObject({ status: 200, replayed: 'true', body: { id: done.body.id } });
  const refused = await order('after-the-backup');
  expect([refused.status, refused.body.error?.code]).toEqual([409, 'idempotency_key_in_flight']);
  expect((await get(late.body.id)).status).toBe(404);
  expect((await get(waiting.body.id)).body).toMatchObject({
    status: 'failed',
    error: { code: 'restored', effect: 'unknown', retryable: true },
  });
  expect(await charged()).toEqual(['after-the-backup', 'done-before', 'waits']);
  expect((await shell().run('restored')).stderr).toMatch(/Stop all of them first/);

  // The person has looked into the ledger: this one had not been charged after all. It goes on where it stood.
  const resumed = await order('resumed', null, 0).then(() => shell().run('resume', waiting.body.id));
  expect(resumed.code).toBe(0);
  await approve(waiting.body.id);
  expect((await shell().run('restored', '--reopen')).code).toBe(0);
  expect(await order('after-all')).toMatchObject({ status: 200, replayed: 'false' });
  expect(await charged()).toEqual(['after-all', 'after-the-backup', 'done-before', 'waits', 'waits']);
}, 150_000);
