import { makeWorkerUtils, run, Logger } from 'graphile-worker';
import pg from 'pg';
import { polled } from './client.mjs';

const silent = new Logger(() => () => undefined);

/** @type {import('./index.mjs').Peer} */
export const graphileWorker = {
  name: 'Graphile Worker',
  package: 'graphile-worker',
  lacks:
    'No steps. A finished job is deleted: no status, no result, and its key may run again. No wait call: the client polls every 10 ms.',
  backlog: { noop: 60_000 },

  async connect(databaseUrl) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
    const utils = await makeWorkerUtils({ pgPool: pool, logger: silent });
    await utils.migrate();
    return {
      create: async (kind, key, input) => {
        const job = await utils.addJob(kind, input, { jobKey: key });
        return job.id;
      },
      createMany: async (kind, keys, input) => {
        await utils.addJobs(keys.map((key) => ({ identifier: kind, payload: input, jobKey: key })));
      },
      work: async (kind, handle) => {
        const batching =
          kind === 'noop' ? { localQueue: { size: 1000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } : {};
        await run({
          pgPool: pool,
          logger: silent,
          noHandleSignals: true,
          taskList: { [kind]: (payload) => handle(payload) },
          preset: { worker: { concurrentJobs: kind === 'noop' ? 100 : 10, pollInterval: 500, ...batching } },
        });
      },
      // Finished jobs are gone: what is left says how many there are.
      remaining: 'select count(*)::int as n from graphile_worker.jobs',
      created: 'select count(*)::int as n from graphile_worker.jobs',
      wait: (id) =>
        polled(async () => (await pool.query('select from graphile_worker.jobs where id = $1', [id])).rowCount === 0),
    };
  },
};
