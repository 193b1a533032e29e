// npm run test:postgres15: the suites that hold the promises of the store, on the oldest PostgreSQL that is supported.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discardEmbeddedPostgres, startEmbeddedPostgres } from '@holdfast/embedded';

/** Where Debian's package `postgresql-15` puts its programs. */
const PROGRAMS = '/usr/lib/postgresql/15/bin';
/** What sends SQL of its own or depends on plans; the rest works on top of it, or does not. Arguments come instead. */
const SUITES = [
  'libs/store',
  'test/dist/store',
  'test/dist/lifecycle',
  'test/dist/durable/(steps|waits|children|races|stale-worker)',
  'test/dist/cli/doctor',
  'test/dist/nest/transaction',
  'test/dist/concurrency/(one-key|poison)',
  'apps/holdfast/dist/windows',
];
const JEST = join(import.meta.dirname, '..', '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');

function isInstalled(): boolean {
  try {
    accessSync(join(PROGRAMS, 'initdb'));
    return true;
  } catch {
    return false;
  }
}

async function runSuites(databaseUrl: string): Promise<number> {
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--enable-source-maps'];
  const asked = process.argv.slice(2);
  const child = spawn(process.execPath, [...flags, JEST, ...(asked.length > 0 ? asked : SUITES)], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

if (isInstalled()) {
  const dataDir = join(await mkdtemp(join(tmpdir(), 'holdfast-postgres15-')), 'data');
  const server = await startEmbeddedPostgres({ dataDir, programs: PROGRAMS });
  try {
    process.stdout.write('postgres15: the suites of the store, on PostgreSQL 15\n');
    process.exitCode = await runSuites(server.url);
  } finally {
    await server.stop();
    await discardEmbeddedPostgres(dataDir);
  }
} else {
  process.stderr.write(`postgres15: NOT CHECKED on PostgreSQL 15, because ${PROGRAMS} is not there.\n`);
}
