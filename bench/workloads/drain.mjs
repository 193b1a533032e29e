import { BATCH } from '../load/plans.mjs';
import { nowUs } from '../stage/witness.mjs';
import { expectOnly, expectSame } from '../stage/check.mjs';
import { startMeter } from '../stage/meter.mjs';
import { statuses, untilEnded } from '../stage/operations.mjs';
import { onStage, until } from '../stage/stage.mjs';
import { peersDrain } from './peers.mjs';

/** A backlog made before, run by one worker process. @type {import('./rates.mjs').Column[]} */
const COLUMNS = [
  { key: 'perSecond', title: 'operations per second' },
  { key: 'count', title: 'backlog' },
  { key: 'processCpuUs', title: 'worker CPU µs each' },
  { key: 'databaseCpuUs', title: 'database CPU µs each' },
];

export const drain = {
  name: 'drain',
  title: 'Drain of a backlog of no-op operations, one worker process',
  note: 'From the first handler until every operation is durably finished.',
  columns: COLUMNS,
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast', measure: () => measureDrain(stage, { type: 'bench.noop', count: backlog(stage, 80_000) }) },
    ...peersDrain(stage, 'noop'),
  ],
};

export const steps = {
  name: 'steps',
  title: 'Operations of 10 durable no-op steps, one worker process',
  note: 'From the first handler until every operation is durably finished.',
  columns: [{ key: 'stepsPerSecond', title: 'steps per second' }, ...COLUMNS],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast', measure: () => measureDrain(stage, { type: 'bench.steps', count: backlog(stage, 8_000) }) },
    ...peersDrain(stage, 'steps'),
  ],
};

/** Whole batches, fewer in a quick run. @param {import('../stage/stage.mjs').Stage} stage @param {number} count */
export function backlog({ options }, count) {
  return Math.ceil((count * options.scale) / BATCH) * BATCH;
}

/**
 * @param {import('../stage/stage.mjs').Stage} stage
 * @param {{ type: string, count: number }} work
 * @param {string} [template] database to start from
 */
export function measureDrain(stage, { type, count }, template) {
  return onStage(
    stage,
    async ({ database, loader, holdfast }) => {
      const api = await holdfast('api');
      const { succeeded: before = 0 } = await statuses(database);
      const sinceMs = Date.now();
      const spec = { plan: 'batch', connections: 2, count: count / BATCH, warmUpMs: 0, windowMs: 600_000 };
      expectOnly(await loader.ask('closed', { ...spec, type, port: api.port }), 207);
      await api.child.stop();
      expectSame('backlog', (await statuses(database))['pending'], count);
      const { child } = await holdfast('worker');
      const cost = await startMeter([child], stage.server);
      await until('every handler has begun', () => child.tally.ran >= count, 600_000);
      await untilEnded(database, sinceMs);
      const seconds = (nowUs() - child.tally.firstUs) / 1e6;
      const costs = await cost(count);
      expectSame('operations by status', await statuses(database), { succeeded: before + count });
      return { count, perSecond: count / seconds, stepsPerSecond: (10 * count) / seconds, ...costs };
    },
    { template },
  );
}
