// How fast a backlog drains while somebody holds a transaction open: nothing that was deleted meanwhile can be cleared
// away, so whoever walks the queue from its beginning walks ever more. Prints operations/s, one number a second, for
// claims that always begin at the beginning and for those that go onward, before and behind the transaction.
//
//   node bench/growth-long-transaction.mjs [--seconds 30] [--batch 100] [--finished 0]
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '@holdfast/embedded';
import { newUuid, unobserved } from '@holdfast/kernel';
import pg from 'pg';
import { createDataSource, migrate, PostgresStore } from '@holdfast/store';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    batch: { type: 'string', default: '100' },
    finished: { type: 'string', default: '0' },
    backlog: { type: 'string', default: '900000' },
  },
});
const [seconds, batchSize] = [Number(values.seconds), Number(values.batch)];
const TYPE = 'growth.drain';

const folder = await mkdtemp(join(tmpdir(), 'holdfast-growth-'));
const server = await startEmbeddedPostgres({ dataDir: join(folder, 'data') });
try {
  await migrate(server.url);
  const dataSource = await createDataSource({ url: server.url, poolMax: 4 }).initialize();
  // A session of its own: those of the pool end what lasts long, and this one is here to last.
  const outsider = new pg.Client({ connectionString: server.url });
  await outsider.connect();
  await seed(outsider, Number(values.finished), 'succeeded');
  await seed(outsider, Number(values.backlog), 'pending');
  await outsider.query('vacuum analyze');
  // A clock that stands still never lets a claim go on where the last one ended: the way it was before.
  const walks = {
    fromTheBeginning: new PostgresStore(dataSource, unobserved, { monotonicMs: () => 0 }),
    onward: new PostgresStore(dataSource),
  };
  const quiet = await drainInTurns(walks, Math.max(3, Math.round(seconds / 4)));
  await outsider.query('begin isolation level repeatable read');
  await outsider.query('select 1 from holdfast.operations limit 1');
  const behind = await drainInTurns(walks, seconds);
  await outsider.end();
  console.log(JSON.stringify({ batchSize, finished: Number(values.finished), quiet, behind }));
  await dataSource.destroy();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

/** Operations per second; the walks take turns of a second each, so that both meet the same queue and machine. */
async function drainInTurns(walks, turns) {
  const rates = Object.fromEntries(Object.keys(walks).map((name) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const [name, store] of Object.entries(walks)) rates[name].push(await drain(store, 1000));
  }
  return rates;
}

async function drain(store, forMs) {
  const workerId = newUuid(Date.now(), 0);
  const lanes = [TYPE];
  await store.register({ workerId, name: 'growth', types: lanes, lanes, concurrency: batchSize, leaseMs: 600_000 });
  let done = 0;
  const began = performance.now();
  for (let batch = 1; performance.now() - began < forMs; batch += 1) {
    const finishedBatches = batch > 1 ? [batch - 1] : [];
    const claimed = await store.claim({ workerId, lanes, limit: batchSize, batch, finishedBatches });
    await Promise.all(
      claimed.map(({ uuid, shard, fence }) =>
        store.settle({ uuid, shard, fence, settlement: { event: 'succeed', result: '{"done":true}' } }),
      ),
    );
    done += claimed.length;
  }
  const rate = Math.round((done * 1000) / (performance.now() - began));
  await store.retire(workerId);
  return rate;
}

async function seed(client, count, status) {
  if (count === 0) return;
  await client.query(
    `with made as (
       insert into holdfast.operations
         (shard, id, tenant, type, id_prefix, status, fence, attempt, max_attempts, max_lost, priority, run_at,
          finished_at, replay_window_ms, idempotency_key, request)
       select get_byte(uuid_send(id), 15), id, 'growth', $2, 'opn', $3, 0, 0, 5, 5, 0,
              now() - ($1::integer - n) * interval '1 millisecond', case when $3 = 'succeeded' then now() end,
              2592000000, n::text, '{"input":{"amount":1}}'
         from (select n, gen_random_uuid() as id from generate_series(1, $1::integer) n) s
       returning lane, shard, id, run_at, status
     )
     insert into holdfast.operation_queue (lane, rank, run_at, shard, id)
     select lane, 0, run_at, shard, id from made where status = 'pending'`,
    [count, TYPE, status],
  );
}
