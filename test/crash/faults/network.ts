import { anyOf, type Fault, heldBy, pause, type Scene } from './fault.js';

/** Longer than a lease of these tests. */
const SILENT_MS = 2_000;

/** All connections of one process to the database break at once. */
export const cutConnections: Fault = async (scene) => {
  const { member, hit } = await anyone(scene);
  member.proxy.cut();
  return hit;
};

/** The connections of one process stay open, and nothing passes until its lease is over. */
export const silence: Fault = async (scene) => {
  const { member, hit } = await anyone(scene);
  member.proxy.setSilent(true);
  await pause(SILENT_MS);
  member.proxy.setSilent(false);
  return hit;
};

async function anyone(scene: Scene) {
  const role = scene.random() < 0.5 ? 'api' : 'worker';
  const member = await anyOf(role, scene);
  const hit = role === 'worker' ? (await heldBy(scene, member)).length : (scene.client.inFlight.get(member.url) ?? 0);
  return { member, hit };
}
