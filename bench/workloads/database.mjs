import { findPgbench, measurePgbench, SCHEMA } from '../floors/pgbench.mjs';
import { expectSame } from '../stage/check.mjs';

/** Scripts of pgbench, with the client counts that were fastest on two cores. */
const SCRIPTS = [
  { name: 'insert, one row a transaction', script: 'insert-1', clients: 64, rows: 1 },
  { name: 'insert, 100 rows a transaction', script: 'insert-100', clients: 16, rows: 100 },
  { name: 'insert, claim, finish, one row a transaction', script: 'lifecycle-1', clients: 16, rows: 1 },
  { name: 'insert, claim, finish, 100 rows a transaction', script: 'lifecycle-100', clients: 2, rows: 100 },
];

/** What the database does when nothing but a client in C stands before it. */
export const database = {
  name: 'pgbench',
  title: 'Floor: PostgreSQL alone, driven by pgbench',
  note: 'One table with a unique key; three transactions for a whole life. The first figure counts operations.',
  columns: [
    { key: 'operationsPerSecond', title: 'operations per second' },
    { key: 'latencyMs', title: 'script ms', digits: 2 },
    { key: 'clients', title: 'clients' },
  ],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => {
    const pgbench = findPgbench();
    if (pgbench === null) {
      const remark = 'PostgreSQL alone was not measured: pgbench is not installed.';
      if (!stage.remarks.includes(remark)) stage.remarks.push(remark);
      return [];
    }
    return SCRIPTS.map(({ name, ...how }) => ({ name, measure: () => measure(stage, pgbench, how) }));
  },
};

/** @param {import('../stage/stage.mjs').Stage} stage @param {string} pgbench @param {{ script: string, clients: number, rows: number }} how */
async function measure({ server, options }, pgbench, { script, clients, rows }) {
  const base = await server.database();
  try {
    await base.query(SCHEMA);
    const seconds = Math.ceil((options.warmUpMs + options.windowMs) / 1000);
    const { perSecond, latencyMs, scripts } = await measurePgbench(pgbench, base.url, { script, clients, seconds });
    const [{ total, open }] = await base.query(
      `select count(*)::int as total, count(*) filter (where status <> 'succeeded')::int as open from op`,
    );
    expectSame('rows', total, scripts * rows);
    // What one script inserts another may claim, so that some find less than they inserted; the last ones leave it.
    const done = script.startsWith('insert') ? total : total - open;
    if (done < total - clients * rows) throw new Error(`${open} of ${total} rows were not finished.`);
    return { operationsPerSecond: perSecond * rows * (done / total), latencyMs, clients };
  } finally {
    await base.drop();
  }
}
