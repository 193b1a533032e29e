// What operations take up on disk, table by table: creates, runs and finishes them through the store, as processes do, and
// divides what the tables and their indexes have grown by. Prints Markdown. The log that was written is in test/cost.
//
//   node bench/bytes-per-operation.mjs [--operations 100000] [--steps 0] [--input 200] [--purge]
//
// With --purge all of them are purged again, and what is left are their tombstones.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { fingerprintOf, newUuid, shardOf } from '@holdfast/kernel';
import pg from 'pg';
import { createDataSource, migrate, poolOf, PostgresStore } from '@holdfast/store';

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '100000' },
    steps: { type: 'string', default: '0' },
    input: { type: 'string', default: '200' },
    purge: { type: 'boolean', default: false },
  },
});
const [operations, steps] = [Number(values.operations), Number(values.steps)];
const TYPE = 'size.order';
const AT_ONCE = 500;
const REQUEST = JSON.stringify({ type: TYPE, input: { note: 'x'.repeat(Number(values.input) - 11) } });
const RESULT = JSON.stringify({ receipt: 'r_01k0000000000000', amount: 4200 });

const folder = await mkdtemp(join(tmpdir(), 'holdfast-bytes-'));
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
try {
  await migrate(server.url);
  const dataSource = await createDataSource({ url: server.url, poolMax: 4 }).initialize();
  const before = await sizes(dataSource);
  const store = new PostgresStore(dataSource);
  const workerId = newUuid(Date.now(), 0);
  const lanes = [TYPE];
  await store.register({ workerId, name: 'size', types: lanes, lanes, concurrency: AT_ONCE, leaseMs: 600_000 });
  for (let done = 0; done < operations; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => create(store, done + n)));
    for (let left = AT_ONCE, batch = done; left > 0; batch += 1) {
      const claimed = await store.claim({ workerId, lanes, limit: AT_ONCE, batch, finishedBatches: [batch - 1] });
      await Promise.all(claimed.map((held) => run(store, held)));
      left -= claimed.length;
    }
  }
  if (values.purge) await purgeAll(dataSource, store);
  // Sessions of the pool end what lasts long.
  const vacuum = new pg.Client({ connectionString: server.url });
  await vacuum.connect();
  await vacuum.query(values.purge ? 'vacuum full' : 'vacuum analyze');
  await vacuum.end();
  print(before, await sizes(dataSource));
  await dataSource.destroy();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function create(store, n) {
  const [tenant, key] = ['default', `order-${String(n).padStart(10, '0')}`];
  const shard = shardOf(tenant, key);
  const uuid = newUuid(Date.now(), shard);
  await store.create({
    uuid,
    shard,
    tenant,
    key,
    idPrefix: 'opn',
    type: TYPE,
    request: REQUEST,
    fingerprint: fingerprintOf(REQUEST),
    fingerprintVersion: 1,
    priority: 0,
    labels: {},
    runAt: null,
    delayMs: 0,
    deadline: null,
    maxAttempts: 5,
    maxLost: 5,
    replayWindowMs: 2_592_000_000,
    traceParent: null,
  });
  const hints = { clientAttempt: null, clientMax: null, reason: null, traceParent: null };
  await store.logRequest({ id: newUuid(Date.now(), shard), operationUuid: uuid, shard, outcome: 'created', ...hints });
}

async function run(store, { uuid, shard, fence }) {
  for (let n = 0; n < steps; n += 1) {
    const step = { kind: 'step', name: `step ${n}`, ordinal: 0, finished: true, output: RESULT, error: null };
    await store.steps.recordStep({
      uuid,
      shard,
      fence,
      ...step,
      dueInMs: null,
      childUuid: null,
      signalSequence: null,
    });
  }
  await store.settle({ uuid, shard, fence, settlement: { event: 'succeed', result: RESULT } });
}

async function purgeAll(dataSource, store) {
  const { rows } = await poolOf(dataSource).query('select id from holdfast.operations');
  for (const { id } of rows) await store.purge('default', id);
}

async function sizes(dataSource) {
  const { rows } = await poolOf(dataSource).query(
    `select relname as name, pg_table_size(oid)::float8 as rows, pg_indexes_size(oid)::float8 as indexes
       from pg_class where relnamespace = 'holdfast'::regnamespace and relkind = 'r' order by relname`,
  );
  return new Map(rows.map(({ name, ...size }) => [name, size]));
}

function print(before, after) {
  const sum = { rows: 0, indexes: 0 };
  console.log(`| table | bytes in rows | bytes in indexes |\n| --- | ---: | ---: |`);
  for (const [name, size] of after) {
    const grown = (part) => Math.round((size[part] - (before.get(name)?.[part] ?? 0)) / operations);
    if (grown('rows') + grown('indexes') === 0) continue;
    console.log(`| \`${name}\` | ${grown('rows')} | ${grown('indexes')} |`);
    sum.rows += grown('rows');
    sum.indexes += grown('indexes');
  }
  console.log(`| together | ${sum.rows} | ${sum.indexes} |`);
  console.log(
    `\n${operations} operations, input of ${values.input} bytes, ${steps} steps each${values.purge ? ', purged' : ''}`,
  );
}
