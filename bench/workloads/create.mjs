import { expectOnly, expectSame } from '../stage/check.mjs';
import { statuses } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';
import { INSERT, measureInsert, measureNest, NEST } from './floors.mjs';
import { peersCreate } from './peers.mjs';
import { HTTP_COLUMNS, load } from './rates.mjs';

/** New operations over HTTP, nothing executing. @param {number} connections */
export function createWorkload(connections) {
  const noun = connections === 1 ? 'connection' : 'connections';
  return {
    name: connections === 1 ? 'create-1' : 'create',
    title: `Create over HTTP, ${connections} ${noun}`,
    note: 'A new key each, nothing executing. Every 202 is a committed row, counted afterwards.',
    columns: HTTP_COLUMNS,
    base: NEST,
    contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => {
      const { windowMs, warmUpMs } = stage.options;
      const spec = { plan: 'create', connections, windowMs, warmUpMs };
      return [
        { name: NEST, measure: () => measureNest(stage, spec) },
        { name: INSERT, measure: () => measureInsert(stage, spec) },
        { name: 'Holdfast', measure: () => measureCreate(stage, spec) },
        ...peersCreate(stage, spec),
      ];
    },
  };
}

/**
 * @param {import('../stage/stage.mjs').Stage} stage
 * @param {Record<string, unknown>} spec
 * @param {string} [template] database to start from
 */
export function measureCreate(stage, spec, template) {
  return onStage(
    stage,
    async (scene) => {
      const { child, port } = await scene.holdfast('api');
      const { pending: before = 0 } = await statuses(scene.database);
      const report = await load(scene, child, { type: 'bench.noop', ...spec, port });
      const { pending = 0 } = await statuses(scene.database);
      expectSame('pending operations', pending - before, expectOnly(report, 202));
      return report;
    },
    { template },
  );
}
