import { seededRandom } from '@holdfast/testkit';
import type { Scene } from './faults/fault.js';
import { type FaultName, FAULTS, obstacles, type Planned } from './faults/faults.js';
import type { Feed } from './feed.js';
import { type FaultCount, type FaultCounts, noFaults } from './figures.js';
import { pause } from './stage/caller.js';
import { isOutage } from './stage/own-postgres.js';

/** Faults that are under way at the same time, at most. */
const AT_ONCE = 3;
const TOO_SOON_MS = 150;
const TRIES = 5;
/** Operations that are begun when a fault has found nothing to do. */
const FRESH = 20;
const TELL_EVERY = 20;

/** What a storm came to. */
export interface Damage {
  readonly counts: FaultCounts;
  /** Faults that began while another one was under way. */
  readonly overlapping: number;
  /** Kinds that cannot be done here, and why not. */
  readonly unchecked: Partial<Record<FaultName, string>>;
}

/**
 * Does one fault after the other in the order of the plan, up to three of them at once: what takes long does not keep
 * the next one waiting, and some of the worst things happen while something else is wrong already.
 */
export async function storm(
  scene: Omit<Scene, 'random'>,
  plan: readonly Planned[],
  feed: Feed,
  say: (line: string) => void,
): Promise<Damage> {
  const counts = noFaults();
  const unchecked = obstacles(scene);
  const underWay = new Set<Promise<void>>();
  const broken: unknown[] = [];
  let overlapping = 0;
  for (const [index, { name, seed }] of plan.entries()) {
    const random = seededRandom(seed);
    feed.allow((index + 1) / plan.length);
    await pause(TOO_SOON_MS * random());
    await scene.fleet.hasten();
    if (name in unchecked) continue;
    if (underWay.size > 0) overlapping += 1;
    const fault = inflict({ ...scene, random }, name, counts[name], feed)
      .catch((error: unknown) => void broken.push(error))
      .finally(() => underWay.delete(fault));
    underWay.add(fault);
    if (underWay.size >= AT_ONCE) await Promise.race(underWay);
    if (broken.length > 0) break;
    if ((index + 1) % TELL_EVERY === 0) say(`${index + 1} of ${plan.length} faults`);
  }
  await Promise.all(underWay);
  if (broken.length > 0) throw broken[0];
  return { counts, overlapping, unchecked };
}

/** What lay in wait in vain tries elsewhere: which statements come depends on what happens to be under way. */
async function inflict(scene: Scene, name: FaultName, count: FaultCount, feed: Feed): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    if (attempt > 1) feed.allowMore(FRESH);
    const began = performance.now();
    const hit = await FAULTS[name].run(scene).catch((error: unknown) => {
      // Another fault has taken from it what it needed.
      if (isOutage(error)) return null;
      throw error;
    });
    scene.fleet.faults.write({ fault: name, hit, tookMs: Math.round(performance.now() - began) });
    if (hit !== null) {
      count.done += 1;
      count.hit += hit;
      return;
    }
    count.missed += 1;
  }
}
