import { cloneOperation } from '../stage/clones.mjs';
import { expectEnded } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';
import { measureCreate } from './create.mjs';
import { backlog, measureDrain } from './drain.mjs';
import { measureSeeded } from './seeded.mjs';

/** @typedef {import('../stage/stage.mjs').Stage} Stage */

/** What is measured on empty and on grown tables. */
const FIGURES = [
  {
    name: 'creates per second',
    run: (/** @type {Stage} */ stage, template) => measureCreate(stage, http(stage, 'create'), template),
  },
  {
    name: 'replays per second',
    run: (/** @type {Stage} */ stage, template) => measureSeeded(stage, http(stage, 'replay'), template),
  },
  {
    name: 'polls per second',
    run: (/** @type {Stage} */ stage, template) => measureSeeded(stage, http(stage, 'poll'), template),
  },
  {
    name: 'drained per second',
    run: (/** @type {Stage} */ stage, template) =>
      measureDrain(stage, { type: 'bench.noop', count: backlog(stage, 80_000) }, template),
  },
  {
    name: 'operations of 10 steps per second',
    run: (/** @type {Stage} */ stage, template) =>
      measureDrain(stage, { type: 'bench.steps', count: backlog(stage, 8_000) }, template),
  },
];

/**
 * What finished operations in the tables cost: the same measurements on empty and on grown tables, one right after the
 * other.
 *
 * @param {number} millions
 * @param {'large'} [asked] the option without which it is left out
 */
export function growthWorkload(millions, asked) {
  return {
    name: `growth-${millions}m`,
    title: `Growth: ${millions} million finished operations in the tables`,
    note: 'Ratios are grown to empty, taken within each repetition; processor time is that of service and database together. The first change to a page after a checkpoint, and each measurement begins with one, writes the whole page into the log: grown tables have more pages to touch for the first time.',
    columns: [
      { key: 'grown', title: 'grown' },
      { key: 'empty', title: 'empty' },
      { key: 'ratio', title: 'ratio', digits: 2 },
      { key: 'cpuRatio', title: 'ratio of CPU µs each', digits: 2 },
      { key: 'grownWal', title: 'WAL bytes each, grown' },
      { key: 'emptyWal', title: 'WAL bytes each, empty' },
    ],
    ...(asked === undefined ? {} : { asked }),
    contenders: async (/** @type {Stage} */ stage) => {
      const template = await stage.server.template(`grown_${millions}m`, (database) =>
        grow(stage, database, millions * 1_000_000),
      );
      return FIGURES.map(({ name, run }) => ({
        name,
        measure: async () => {
          const [empty, grown] = [await run(stage), await run(stage, template)];
          const cost = (/** @type {Record<string, number>} */ { processCpuUs = 0, databaseCpuUs = 0 }) =>
            processCpuUs + databaseCpuUs;
          return {
            empty: empty.perSecond,
            grown: grown.perSecond,
            ratio: grown.perSecond / empty.perSecond,
            cpuRatio: cost(grown) / cost(empty),
            grownWal: grown.walBytes,
            emptyWal: empty.walBytes,
          };
        },
      }));
    },
  };
}

/** @param {Stage} stage @param {string} plan */
function http({ options: { windowMs, warmUpMs } }, plan) {
  return { plan, connections: 64, windowMs, warmUpMs };
}

/**
 * One operation goes the whole way, so that its rows are as the service leaves them; the others are copies.
 *
 * @param {Stage} stage @param {import('../stage/database.mjs').Database} database @param {number} count
 */
async function grow(stage, database, count) {
  await onStage(
    stage,
    async ({ loader, holdfast }) => {
      const { port } = await holdfast();
      await loader.ask('oneByOne', { port, count: 1, everyMs: 0, type: 'bench.stamp' });
      await expectEnded(database, { succeeded: 1 });
    },
    { database },
  );
  await cloneOperation(database, count);
  await expectEnded(database, { succeeded: count + 1 });
}
