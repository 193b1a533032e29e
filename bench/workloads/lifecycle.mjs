import { expectOnly } from '../stage/check.mjs';
import { startMeter } from '../stage/meter.mjs';
import { expectEnded } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';

/** Callers pause above this, so that creation does not starve the work it waits for. */
export const UNFINISHED_MAX = 2_000;

/** Operations created over HTTP, run and finished at the same time. */
export const lifecycle = {
  name: 'lifecycle',
  title: 'Create over HTTP, run and finish at the same time',
  note: `64 connections, which pause while more than ${UNFINISHED_MAX} operations are unfinished. Counted is what ran; afterwards all that was accepted has succeeded.`,
  columns: [
    { key: 'finishedPerSecond', title: 'finished per second' },
    { key: 'p50', title: 'create p50 ms', digits: 2 },
    { key: 'p99', title: 'create p99 ms', digits: 2 },
    { key: 'processCpuUs', title: 'service CPU µs each' },
    { key: 'databaseCpuUs', title: 'database CPU µs each' },
  ],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast, one process', measure: () => measureLifecycle(stage, ['all']) },
    { name: 'Holdfast, api and worker', measure: () => measureLifecycle(stage, ['worker', 'api']) },
  ],
};

/** @param {import('../stage/stage.mjs').Stage} stage @param {('all' | 'api' | 'worker')[]} roles the last one is called */
function measureLifecycle(stage, roles) {
  const { windowMs, warmUpMs } = stage.options;
  return onStage(stage, async ({ database, loader, holdfast }) => {
    const services = [];
    for (const role of roles) services.push(await holdfast(role));
    const port = services.at(-1)?.port;
    const cost = await startMeter(
      services.map(({ child }) => child),
      stage.server,
    );
    const spec = { plan: 'create', type: 'bench.noop', connections: 64, windowMs, warmUpMs };
    const report = await loader.ask('closed', { ...spec, port, unfinishedMax: UNFINISHED_MAX });
    const accepted = expectOnly(report, 202);
    await expectEnded(database, { succeeded: accepted });
    return { ...report, ...(await cost(accepted)) };
  });
}
