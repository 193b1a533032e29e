import { expectSame } from '../stage/check.mjs';
import { startMeter } from '../stage/meter.mjs';
import { expectEnded } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';
import { UNFINISHED_MAX } from './lifecycle.mjs';

/** The life of a real service: some requests come twice, some operations fail. */
export const mixed = {
  name: 'mixed',
  title: 'Mixed load in one process: 10 % duplicates, 5 % failures',
  note: 'As «create, run and finish», with every tenth request a repetition and every twentieth operation failing for good. Afterwards as many operations exist as there were keys, and exactly those asked to fail have failed.',
  columns: [
    { key: 'perSecond', title: 'requests per second' },
    { key: 'finishedPerSecond', title: 'finished per second' },
    { key: 'p50', title: 'p50 ms', digits: 2 },
    { key: 'p99', title: 'p99 ms', digits: 2 },
    { key: 'processCpuUs', title: 'service CPU µs each' },
    { key: 'databaseCpuUs', title: 'database CPU µs each' },
  ],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast', measure: () => measureMixed(stage) },
  ],
};

/** @param {import('../stage/stage.mjs').Stage} stage */
function measureMixed(stage) {
  const { windowMs, warmUpMs } = stage.options;
  return onStage(stage, async ({ database, loader, holdfast }) => {
    const { child, port } = await holdfast();
    const cost = await startMeter([child], stage.server);
    const spec = { plan: 'mixed', type: 'bench.mixed', connections: 64, windowMs, warmUpMs };
    const report = await loader.ask('closed', { ...spec, port, unfinishedMax: UNFINISHED_MAX });
    const { created, repeated, failing } = report.made;
    // A repetition finds its operation still at work, or finished: both are the answer.
    const { 200: over = 0, 202: open = 0, ...others } = report.answers;
    expectSame('other answers', others, {});
    expectSame('answers', over + open, created + repeated);
    expectSame('answers that say they are replays', report.replayed, repeated);
    await expectEnded(database, { failed: failing, succeeded: created - failing });
    return { ...report, ...(await cost(created + repeated)) };
  });
}
