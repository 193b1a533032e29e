import { Client } from 'pg';

/** Where Jest's global setup tells the workers which server to use and under which name this run goes. */
export const SERVER_URL_VARIABLE = 'TESTKIT_SERVER_URL';
export const RUN_VARIABLE = 'TESTKIT_RUN';

export interface TestRun {
  /** Any database of the server; from it the others are made. */
  readonly serverUrl: string;
  /** Prefix of every database of this run: `holdfast_test_<pid of the run>`. */
  readonly name: string;
}

export function runNameOf(pid: number): string {
  return `holdfast_test_${pid}`;
}

/** The run this process belongs to; throws outside of Jest. */
export function currentRun(): TestRun {
  const serverUrl = process.env[SERVER_URL_VARIABLE];
  const name = process.env[RUN_VARIABLE];
  if (!serverUrl || !name) throw new Error('there is no test server: Jest’s global setup has not run');
  return { serverUrl, name };
}

export function templateOf(run: TestRun): string {
  return `${run.name}_template`;
}

export function databaseUrl(run: TestRun, database: string): string {
  const url = new URL(run.serverUrl);
  url.pathname = `/${database}`;
  return url.toString();
}

/** Runs statements on the server, outside of any test's database. */
export async function onServer<Result>(serverUrl: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: serverUrl, application_name: 'holdfast testkit' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
