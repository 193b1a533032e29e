import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';

/** One run of the test suite, as it is known to all of its processes. */
export interface TestRun {
  /** Any database of the server; from it the others are made. */
  readonly serverUrl: string;
  /** Prefix of every database of the run, and the name of the session that shows that it is alive. */
  readonly name: string;
  /** Where all its temporary files go. */
  readonly folder: string;
}

/** What the databases of all runs are called: the run's name and what the database is for. */
export const RUN_DATABASE = /^(holdfast_test_[a-z0-9]{8})_/;

/** How Jest's global setup tells the workers; they inherit its environment. */
const SERVER_URL_VARIABLE = 'TESTKIT_SERVER_URL';
const RUN_VARIABLE = 'TESTKIT_RUN';
/** What `tmpdir()` of node:os, and most other programs, obey. */
const FOLDER_VARIABLE = 'TMPDIR';

export function newTestRun(serverUrl: string, folder: string): TestRun {
  const id = Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
  return { serverUrl, name: `holdfast_test_${id}`, folder };
}

/** Makes the run the one that this process, and those it will start, belong to. */
export function announce(run: TestRun): void {
  process.env[SERVER_URL_VARIABLE] = run.serverUrl;
  process.env[RUN_VARIABLE] = run.name;
  process.env[FOLDER_VARIABLE] = run.folder;
}

/** The run this process belongs to; throws outside of Jest. */
export function currentRun(): TestRun {
  const serverUrl = process.env[SERVER_URL_VARIABLE];
  const name = process.env[RUN_VARIABLE];
  if (!serverUrl || !name) throw new Error('there is no test server: Jest’s global setup has not run');
  return { serverUrl, name, folder: tmpdir() };
}

/** Name of the migrated database that the others are cloned from. */
export function templateOf(run: TestRun): string {
  return `${run.name}_template`;
}

export function databaseUrl(run: TestRun, database: string): string {
  const url = new URL(run.serverUrl);
  url.pathname = `/${database}`;
  return url.toString();
}
