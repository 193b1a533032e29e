import { type Fault, underWay } from './fault.js';

/** A deploy under load: one process after the other is asked to end and replaced by a new one. */
export const rollingRestart: Fault = async (scene) => {
  let hit = 0;
  for (const member of scene.fleet.members) {
    // Another fault may be quicker than the signal.
    do {
      await member.ready();
      hit += await underWay(scene, member);
    } while (!(await scene.fleet.drain(member)));
    await member.ready();
  }
  return hit;
};
