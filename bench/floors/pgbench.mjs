import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SCRIPTS = join(import.meta.dirname, 'pgbench');
const DEBIAN = '/usr/lib/postgresql';

/**
 * On a table without statistics a claim is planned as a sort of the whole backlog, and that plan is kept: a tenth of
 * the rate. The claims of a real queue are kept on their index, so these are too.
 */
const ON_THE_INDEX = '-c enable_seqscan=off -c enable_bitmapscan=off';

/** Absolute path of pgbench, or null; the packages of the embedded server do not have it. */
export function findPgbench() {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(':'), ...debian, dirname(process.execPath)];
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path)) ?? null;
}

/** What the tables of the scripts are. */
export const SCHEMA = readFileSync(join(SCRIPTS, 'schema.sql'), 'utf8');

/**
 * How often a second PostgreSQL itself runs a script, driven by a client in C.
 *
 * @param {string} pgbench its path
 * @param {string} databaseUrl
 * @param {{ script: string, clients: number, seconds: number }} how
 */
export async function measurePgbench(pgbench, databaseUrl, { script, clients, seconds }) {
  const { stdout } = await run(
    pgbench,
    [
      '-n',
      '-M',
      'prepared',
      '-j',
      '2',
      '-c',
      `${clients}`,
      '-T',
      `${seconds}`,
      '-f',
      join(SCRIPTS, `${script}.sql`),
      databaseUrl,
    ],
    { env: { ...process.env, PGOPTIONS: ON_THE_INDEX } },
  );
  const perSecond = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
  const latencyMs = Number(/latency average = ([\d.]+)/.exec(stdout)?.[1]);
  const scripts = Number(/actually processed: (\d+)/.exec(stdout)?.[1]);
  if (!(perSecond > 0)) throw new Error(stdout);
  return { perSecond, latencyMs, scripts };
}
