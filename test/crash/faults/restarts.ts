import { type Fault, heldBy } from './fault.js';

/** A deploy under load: one process after the other is asked to end and replaced by a new one. */
export const rollingRestart: Fault = async (scene) => {
  let hit = 0;
  for (const member of scene.fleet.members) {
    await member.ready();
    hit +=
      member.role === 'worker' ? (await heldBy(scene, member)).length : (scene.client.inFlight.get(member.url) ?? 0);
    await scene.fleet.drain(member);
    await member.ready();
  }
  return hit;
};
