import { expectOnly, expectSame } from '../stage/check.mjs';
import { onStage } from '../stage/stage.mjs';
import { load } from './rates.mjs';

export const NEST = 'floor: NestJS + Fastify, doing nothing';
export const INSERT = 'floor: Fastify + one shared insert';

/** @param {import('../stage/stage.mjs').Stage} stage @param {Record<string, unknown>} spec */
export function measureNest(stage, spec) {
  return onStage(stage, async (scene) => {
    const { child, port } = await scene.start('floors/nest-server.mjs');
    const report = await load(scene, child, { type: 'bench.noop', ...spec, port });
    expectOnly(report, spec.plan === 'poll' ? 200 : 202);
    return report;
  });
}

/** @param {import('../stage/stage.mjs').Stage} stage @param {Record<string, unknown>} spec */
export function measureInsert(stage, spec) {
  return onStage(stage, async (scene) => {
    const { child, port } = await scene.start('floors/insert-server.mjs', [scene.database.url]);
    const report = await load(scene, child, { type: 'bench.noop', ...spec, port });
    const [{ rows }] = await scene.database.query('select count(*)::int as rows from op');
    expectSame('rows', rows, expectOnly(report, 202));
    return report;
  });
}
