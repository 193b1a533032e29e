import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, type QueryResultRow } from 'pg';
import { discardEmbeddedPostgres } from './discard-embedded-postgres.js';
import { startEmbeddedPostgres, type EmbeddedPostgresOptions, type EmbeddedServer } from './start-embedded-postgres.js';

/** What the process of `service.spec.process.ts` says. */
export interface ServiceLine {
  readonly pid: number;
  readonly url?: string;
  readonly postmaster?: number;
  readonly refused?: string;
  readonly sum?: number;
}

export interface Service {
  /** The process, leader of a process group of its own. */
  readonly process: ChildProcess & { readonly pid: number };
  nextLine(): Promise<ServiceLine>;
  killGroup(signal: NodeJS.Signals): Promise<void>;
}

const folders: string[] = [];
const servers: EmbeddedServer[] = [];
const services: Service[] = [];

/** Starts a service in a process group of its own, as a shell does. */
export function spawnService(dataDir: string): Service {
  const program = fileURLToPath(new URL('service.spec.process.js', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  const { pid } = child;
  if (pid === undefined) {
    throw new Error('The service could not be started.');
  }
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const exit = once(child, 'exit');
  const service: Service = {
    process: Object.assign(child, { pid }),
    nextLine: async () => JSON.parse((await lines.next()).value ?? '{}') as ServiceLine,
    killGroup: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) {
        process.kill(-pid, signal);
        await exit;
      }
    },
  };
  services.push(service);
  return service;
}

/** Starts a server that does not outlive the test, however that ends. */
export async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedServer> {
  const server = await startEmbeddedPostgres(options);
  servers.push(server);
  return server;
}

/** A folder that does not exist yet, below one that only we may enter. */
export async function newDataDir(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'holdfast-embedded-'));
  folders.push(parent);
  return join(parent, 'data');
}

/** Removes all of them, and what still runs in them. */
export async function removeDataDirs(): Promise<void> {
  await Promise.all(services.splice(0).map((service) => service.killGroup('SIGKILL')));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  for (const parent of folders.splice(0)) {
    await discardEmbeddedPostgres(join(parent, 'data')).catch(() => undefined);
    await rm(parent, { recursive: true, force: true });
  }
}

export async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits for what must come; the time limit of the test ends a wait in vain. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) {
    await delay(5);
  }
}
