import { PgBoss } from 'pg-boss';
import { polled, uuidOf } from './client.mjs';

/** Without `notify`, which halves what it creates a second; with it where only latency counts. */
const LATENCY_QUEUE = 'stamp';
const BATCH = 1000;

/** @type {import('./index.mjs').Peer} */
export const pgBoss = {
  name: 'pg-boss',
  package: 'pg-boss',
  lacks:
    'No steps. Jobs are claimed and completed in batches by one handler call; the id of the job is the idempotency key. No wait call: the client polls every 10 ms.',
  backlog: { noop: 60_000 },

  async connect(databaseUrl) {
    const boss = new PgBoss({ connectionString: databaseUrl, max: 20, useListenNotify: true });
    boss.on('error', (error) => console.error(error));
    await boss.start();
    for (const kind of ['noop', LATENCY_QUEUE]) await boss.createQueue(kind, { notify: kind === LATENCY_QUEUE });
    return {
      create: async (kind, key, input) => String(await boss.send(kind, input, { id: uuidOf(key) })),
      createMany: async (kind, keys, input) => {
        await boss.insert(
          kind,
          keys.map((key) => ({ id: uuidOf(key), data: input })),
        );
      },
      work: async (kind, handle) => {
        const options = { batchSize: BATCH, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true };
        await boss.work(kind, { ...options, localConcurrency: 2 }, async (jobs) => {
          for (const job of jobs) handle(job.data);
        });
      },
      finished: `select count(*)::int as n from pgboss.job where state = 'completed'`,
      created: `select count(*)::int as n from pgboss.job`,
      wait: (id) =>
        polled(async () => (await boss.findJobs(LATENCY_QUEUE, { id })).some(({ state }) => state === 'completed')),
    };
  },
};
