import { readFile } from 'node:fs/promises';
import { Absurd } from 'absurd-sdk';
import pg from 'pg';
import { STEPS } from './client.mjs';

const QUEUE = 'bench';

/** @type {import('./index.mjs').Peer} */
export const absurd = {
  name: 'Absurd',
  package: 'absurd-sdk',
  lacks: 'Inputs of repeated keys are not compared. Its wait call looks first after 50 ms.',
  backlog: { noop: 6_000, steps: 1_000 },
  needs: {
    variable: 'ABSURD_SQL',
    why: 'its npm package comes without its schema; ABSURD_SQL must name the `absurd.sql` of the same release.',
  },

  async connect(databaseUrl) {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
    const { rowCount } = await pool.query(`select from pg_namespace where nspname = 'absurd'`);
    if (rowCount === 0) await pool.query(await readFile(process.env.ABSURD_SQL ?? '', 'utf8'));
    const client = new Absurd({ db: pool, queueName: QUEUE });
    await client.createQueue();
    return {
      create: async (kind, key, input) => {
        const { taskID } = await client.spawn(kind, input, { queue: QUEUE, idempotencyKey: key });
        return taskID;
      },
      work: async (kind, handle) => {
        client.registerTask({ name: kind, queue: QUEUE }, async (input, context) => {
          handle(input);
          const steps = kind === 'steps' ? STEPS : 0;
          for (let step = 1; step <= steps; step += 1) {
            await context.step(`step ${step}`, () => Promise.resolve(step));
          }
          return null;
        });
        await client.startWorker({ concurrency: 100, pollInterval: 0.01 });
      },
      finished: `select count(*)::int as n from absurd.t_${QUEUE} where state = 'completed'`,
      created: `select count(*)::int as n from absurd.t_${QUEUE}`,
      wait: async (id) => {
        await client.awaitTaskResult(id);
      },
    };
  },
};
