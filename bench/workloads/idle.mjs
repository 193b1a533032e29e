import { expectEnded } from '../stage/operations.mjs';
import { onStage } from '../stage/stage.mjs';
import { idleSpec } from './idle-spec.mjs';
import { peersIdle } from './peers.mjs';

/** @type {import('./rates.mjs').Column[]} */
export const IDLE_COLUMNS = [
  { key: 'pickUpP50', title: 'pick-up p50 ms', digits: 2 },
  { key: 'pickUpP99', title: 'pick-up p99 ms', digits: 2 },
  { key: 'doneP50', title: 'done p50 ms', digits: 2 },
  { key: 'doneP99', title: 'done p99 ms', digits: 2 },
];

/** How long an idle system takes to begin, and to tell a client that waits. */
export const idle = {
  name: 'idle',
  title: 'Latency when idle',
  note: `One operation every 50 ms. Pick-up: from before the create is sent until the handler begins. Done: until the client has the result (Holdfast: \`Prefer: wait\` over HTTP; the peers: library calls in the worker's own process).`,
  columns: IDLE_COLUMNS,
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast, one process', measure: () => measureIdle(stage, ['all']) },
    { name: 'Holdfast, api and worker', measure: () => measureIdle(stage, ['worker', 'api']) },
    ...peersIdle(stage),
  ],
};

/** @param {import('../stage/stage.mjs').Stage} stage @param {('all' | 'api' | 'worker')[]} roles the last one is called */
function measureIdle(stage, roles) {
  return onStage(stage, async ({ database, loader, holdfast }) => {
    let port = 0;
    for (const role of roles) ({ port } = await holdfast(role));
    const spec = idleSpec(stage);
    // The first calls meet cold code and empty connection pools.
    await loader.ask('oneByOne', { ...spec, count: 20, port });
    const report = await loader.ask('oneByOne', { ...spec, port });
    await expectEnded(database, { succeeded: spec.count + 20 });
    return report;
  });
}
