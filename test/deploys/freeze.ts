import { MIGRATIONS } from '@holdfast/migrations';
import { createDataSource, sessionOptions, statement, statementNames } from '@holdfast/store';
import pg from 'pg';
import type { FrozenCall, FrozenState } from './frozen-state.js';
import { live } from './life.js';
import { parametersOf, repeat } from './repeat.js';

/** A migrated database in which nothing has happened. */
type MakeDatabase = () => Promise<{ readonly url: string; drop(): Promise<void> }>;
type Call = Omit<FrozenCall, 'answer'>;

/** What the code of today says to PostgreSQL. Throws when the same calls are answered differently a second time. */
export async function freeze(make: MakeDatabase): Promise<FrozenState> {
  const calls = await withDatabase(make, recordLife);
  const answers = await withDatabase(make, (url) => withClient(url, (client) => repeat(client, calls)));
  const statements = await withDatabase(make, (url) =>
    withClient(url, async (client) => {
      const found = [];
      for (const name of statementNames()) {
        const { text } = statement(name);
        found.push({ name, text, parameters: await parametersOf(client, text) });
      }
      return found;
    }),
  );
  return {
    migrations: MIGRATIONS.map(({ name }) => name),
    statements,
    life: calls.map((call, at) => ({ ...call, answer: answers[at] ?? { columns: [], rows: [] } })),
  };
}

/** All that the store sends during a life, as the driver gets it. */
async function recordLife(url: string): Promise<Call[]> {
  const dataSource = await createDataSource({ url, poolMax: 5 }).initialize();
  const calls: Call[] = [];
  // Transactions take clients of their own from the pool, so the one place that all of them pass is the driver's method.
  const prototype = pg.Client.prototype as unknown as { query: (...sent: unknown[]) => unknown };
  const { query } = prototype;
  prototype.query = function recorded(this: unknown, ...sent: unknown[]) {
    calls.push(callOf(sent));
    return query.apply(this, sent);
  };
  try {
    await live(dataSource);
  } finally {
    prototype.query = query;
    await dataSource.destroy();
  }
  return calls;
}

function callOf([sent, parameters]: readonly unknown[]): Call {
  const { text, values } = typeof sent === 'string' ? { text: sent, values: parameters } : (sent as pg.QueryConfig);
  return { text, values: ((values ?? []) as unknown[]).map(asJson) };
}

/** A value that is the same to the driver after it was JSON. */
function asJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJson);
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`;
  return value instanceof Date ? value.toISOString() : value;
}

async function withDatabase<Result>(make: MakeDatabase, work: (url: string) => Promise<Result>): Promise<Result> {
  const database = await make();
  try {
    return await work(database.url);
  } finally {
    await database.drop();
  }
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, options: sessionOptions() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
