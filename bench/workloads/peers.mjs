import { expectOnly, expectSame } from '../stage/check.mjs';
import { startMeter } from '../stage/meter.mjs';
import { onStage, until } from '../stage/stage.mjs';
import { nowUs } from '../stage/witness.mjs';
import { idleSpec } from './idle-spec.mjs';
import { load } from './rates.mjs';

/** Work that takes longer is broken rather than slow, in ms. */
const DRAIN_MS = 180_000;

/** @typedef {import('../stage/stage.mjs').Stage} Stage */

/** A process of the peer. @param {import('../stage/stage.mjs').Scene} scene @param {string} id */
async function enter(scene, id) {
  const { child, said } = await scene.start('peers/process.mjs', [id, scene.database.url]);
  const count = async (/** @type {string} */ sql) => (await scene.database.query(sql))[0].n;
  return { child, said, count };
}

/** New operations over HTTP, each through the peer's own call. @param {Stage} stage */
export function peersCreate(stage, /** @type {Record<string, unknown>} */ spec) {
  return stage.peers.map(({ id, name }) => ({
    name,
    measure: () =>
      onStage(stage, async (scene) => {
        const { child, said, count } = await enter(scene, id);
        const report = await load(scene, child, { type: 'noop', ...spec, port: said.port });
        expectSame('rows', await count(said.created), expectOnly(report, 202));
        return report;
      }),
  }));
}

/** A backlog run by one worker process. @param {Stage} stage @param {'noop' | 'steps'} kind */
export function peersDrain(stage, kind) {
  const able = stage.peers.filter(({ backlog }) => backlog[kind] !== undefined);
  return able.map(({ id, name, backlog }) => ({
    name,
    measure: () =>
      onStage(stage, async (scene) => {
        const count = Math.ceil((backlog[kind] ?? 0) * stage.options.scale);
        const maker = await enter(scene, id);
        await maker.child.ask('backlog', { kind, count });
        expectSame('backlog', await maker.count(maker.said.created), count);
        await maker.child.stop();
        const { child, said, count: counted } = await enter(scene, id);
        const cost = await startMeter([child], stage.server);
        await child.ask('work', { kind });
        await until('every handler has begun', () => child.tally.ran >= count, DRAIN_MS);
        const finished = async () =>
          said.remaining ? count - (await counted(said.remaining)) : counted(said.finished);
        await until('every operation is finished', async () => (await finished()) === count, DRAIN_MS);
        const seconds = (nowUs() - child.tally.firstUs) / 1e6;
        return { count, perSecond: count / seconds, stepsPerSecond: (10 * count) / seconds, ...(await cost(count)) };
      }),
  }));
}

/** Latency when idle, in one process. @param {Stage} stage */
export function peersIdle(stage) {
  return stage.peers.map(({ id, name }) => ({
    name,
    measure: () =>
      onStage(stage, async (scene) => {
        const { child } = await enter(scene, id);
        return child.ask('oneByOne', idleSpec(stage));
      }),
  }));
}
