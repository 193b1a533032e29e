import { expectOnly, expectSame } from '../stage/check.mjs';
import { statuses } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';
import { measureNest, NEST } from './floors.mjs';
import { HTTP_COLUMNS, load } from './rates.mjs';

/** Operations that are made first; the client walks around them. */
const SEEDS = 5_000;

/** The same creates again: the answer is the operation that exists. */
export const replay = {
  name: 'replay',
  title: 'Replay: the same creates again, 64 connections',
  note: 'Answered from the operation that exists; no row is made, and every answer says that it is a replay.',
  columns: HTTP_COLUMNS,
  base: NEST,
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => contenders(stage, 'replay'),
};

/** `GET /operations/{id}`. */
export const poll = {
  name: 'poll',
  title: 'Poll by id, 64 connections',
  note: 'Unfinished operations, without `If-None-Match`.',
  columns: HTTP_COLUMNS,
  base: NEST,
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => contenders(stage, 'poll'),
};

/** @param {import('../stage/stage.mjs').Stage} stage @param {'replay' | 'poll'} plan */
function contenders(stage, plan) {
  const { windowMs, warmUpMs } = stage.options;
  const spec = { plan, connections: 64, windowMs, warmUpMs };
  return [
    // The floor has nothing to remember: it answers creates, or looks at ids that the client makes up.
    { name: NEST, measure: () => measureNest(stage, plan === 'replay' ? { ...spec, plan: 'create' } : spec) },
    { name: 'Holdfast', measure: () => measureSeeded(stage, spec) },
  ];
}

/**
 * @param {import('../stage/stage.mjs').Stage} stage
 * @param {{ plan: 'replay' | 'poll' } & Record<string, unknown>} spec
 * @param {string} [template] database to start from
 */
export function measureSeeded(stage, spec, template) {
  return onStage(
    stage,
    async (scene) => {
      const { child, port } = await scene.holdfast('api');
      const target = { type: 'bench.noop', port };
      const seeding = { plan: 'seed', connections: 64, count: SEEDS, warmUpMs: 0, windowMs: 60_000 };
      await scene.loader.ask('closed', { ...seeding, ...target });
      const before = await statuses(scene.database);
      const report = await load(scene, child, { ...spec, ...target });
      const answered = expectOnly(report, spec.plan === 'poll' ? 200 : 202);
      if (spec.plan === 'replay') expectSame('answers that say they are replays', report.replayed, answered);
      expectSame('operations', await statuses(scene.database), before);
      return report;
    },
    { template },
  );
}
