import { OpenWorkflow } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';
import { polled, STEPS } from './client.mjs';

const CONCURRENCY = 20;

/** @type {import('./index.mjs').Peer} */
export const openWorkflow = {
  name: 'OpenWorkflow',
  package: 'openworkflow',
  lacks:
    'Inputs of repeated keys are not compared, and a key lives 24 hours. Polls with a fixed back-off; its wait call polls once a second, so the client polls every 10 ms instead.',
  backlog: { noop: 1_500, steps: 300 },

  async connect(databaseUrl) {
    const backend = await BackendPostgres.connect(databaseUrl);
    const open = new OpenWorkflow({ backend });
    /** @type {(input: unknown) => void} */
    let handler = () => undefined;
    const workflows = new Map(
      ['noop', 'steps', 'stamp'].map((kind) => [
        kind,
        open.defineWorkflow({ name: kind }, async ({ input, step }) => {
          handler(input);
          const steps = kind === 'steps' ? STEPS : 0;
          for (let at = 1; at <= steps; at += 1) {
            await step.run({ name: `step ${at}` }, () => Promise.resolve(at));
          }
          return null;
        }),
      ]),
    );
    return {
      create: async (kind, key, input) => {
        const started = await workflows.get(kind)?.run(input, { idempotencyKey: key });
        return started?.workflowRun.id ?? '';
      },
      work: async (_kind, handle) => {
        handler = handle;
        await open.newWorker({ concurrency: CONCURRENCY }).start();
      },
      finished: `select count(*)::int as n from openworkflow.workflow_runs where status = 'completed'`,
      created: 'select count(*)::int as n from openworkflow.workflow_runs',
      wait: (id) => polled(async () => (await backend.getWorkflowRun({ workflowRunId: id }))?.status === 'completed'),
    };
  },
};
