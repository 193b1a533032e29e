import { pause } from '../stage/caller.js';
import { anyone, type Fault, requests, shuffled } from './fault.js';

/** Longer than a lease of these tests. */
const SILENT_MS = 2_000;
/** Of each message, in each direction: a statement takes ten times as long as on a good day, a heartbeat comes in time. */
const SLOW_BY_MS = 150;
const SLOW_FOR_MS = 2_500;
/** Between two connections that are clogged, or cleared again. */
const SWIZZLE_STEP_MS = 25;

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

/** Every message between one process and the database takes its time. */
export const slowConnections: Fault = async (scene) => {
  const { member, hit } = await anyone(scene);
  member.proxy.setDelay(SLOW_BY_MS);
  await pause(SLOW_FOR_MS);
  member.proxy.setDelay(0);
  return hit === 0 ? null : hit;
};

/**
 * «Swizzle»: one connection after the other is clogged, in a random order, until none is left, and they are cleared one
 * by one in another order (FoundationDB's testing does the same). Nothing is lost, but all of it comes late.
 */
export const swizzle: Fault = async (scene) => {
  const hit = requests(scene);
  const lines = scene.fleet.members.flatMap(({ proxy }) => proxy.open);
  for (const line of shuffled(lines, scene.random)) {
    line.clog();
    await pause(SWIZZLE_STEP_MS);
  }
  for (const line of shuffled(lines, scene.random)) {
    line.clear();
    await pause(SWIZZLE_STEP_MS);
  }
  return hit;
};
