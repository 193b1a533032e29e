import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import { STEPS } from './client.mjs';

/** The claims of a poll are capped by the concurrency, and it polls once a second by default. */
const QUEUE = { workerConcurrency: 2000, minPollingIntervalMs: 20 };

/** @type {import('./index.mjs').Peer} */
export const dbos = {
  name: 'DBOS',
  package: '@dbos-inc/dbos-sdk',
  lacks:
    'Inputs of repeated workflow ids are not compared. Created through its client and queue, except for the idle latency: there it is started in the process itself, which is its fastest way.',
  backlog: { noop: 8_000, steps: 1_000 },

  async connect(databaseUrl) {
    await DBOS.migrate(databaseUrl);
    const client = await DBOSClient.create({ systemDatabaseUrl: databaseUrl, systemDatabasePoolSize: 20 });
    /** @type {((input: unknown) => Promise<unknown>) | undefined} */
    let workflow;
    /** @type {Map<string, { getResult: () => Promise<unknown> }>} */
    const handles = new Map();
    return {
      create: async (kind, key, input) => {
        const handle =
          workflow === undefined
            ? await client.enqueue({ queueName: 'bench', workflowName: kind, workflowID: key }, input)
            : await DBOS.startWorkflow(workflow, { workflowID: key })(input);
        handles.set(key, handle);
        // Only a latency run asks for its handles again.
        if (workflow === undefined) handles.clear();
        return key;
      },
      work: async (kind, handle) => {
        DBOS.setConfig({
          name: 'bench',
          systemDatabaseUrl: databaseUrl,
          systemDatabasePoolSize: 20,
          logLevel: 'error',
        });
        const steps = kind === 'steps' ? STEPS : 0;
        const body = async (/** @type {unknown} */ input) => {
          handle(input);
          for (let step = 1; step <= steps; step += 1) {
            await DBOS.runStep(() => Promise.resolve(step), { name: `step ${step}` });
          }
          return null;
        };
        workflow = DBOS.registerWorkflow(body, { name: kind });
        await DBOS.launch();
        await DBOS.registerQueue('bench', QUEUE);
      },
      finished: `select count(*)::int as n from dbos.workflow_status where status = 'SUCCESS'`,
      created: 'select count(*)::int as n from dbos.workflow_status',
      wait: async (id) => {
        await handles.get(id)?.getResult();
        handles.delete(id);
      },
    };
  },
};
