import { seededRandom } from '@holdfast/testkit';
import { check } from './checker/check.js';
import { pause, type Scene } from './faults/fault.js';
import { FAULTS, type FaultName, schedule } from './faults/faults.js';
import { Feed } from './feed.js';
import { countersOf, type FaultCount, type Figures, noFaults } from './figures.js';
import { RecordingClient } from './stage/client.js';
import { Customer } from './stage/customer.js';
import { Fleet } from './stage/fleet.js';
import { orderOf } from './stage/order.js';

export interface RunOptions {
  readonly seed: number;
  readonly operations: number;
  readonly faults: number;
  /** Told the version of the PostgreSQL that is going to be killed. */
  readonly onServer?: (version: string) => void;
  /** Told in one line what is going on. */
  readonly say: (line: string) => void;
}

const APIS = 2;
const WORKERS = 3;
const CUSTOMERS = 48;
const LEASE_MS = 1_500;
const TOO_SOON_MS = 150;
const TRIES = 5;
/** After the last fault everything must come to its end by itself; what has not by then is stuck. */
const HEALS_WITHIN_MS = 180_000;
const HASTEN_EVERY_MS = 200;

/**
 * Two phases: faults while clients work, then quiet until everything has come to its end. The seed decides what is done
 * and in which order; when it strikes depends on the machine.
 */
export async function run({ seed, operations, faults, say, onServer }: RunOptions): Promise<Figures> {
  const startedAt = performance.now();
  const random = seededRandom(seed);
  const fleet = await Fleet.start({ apis: APIS, workers: WORKERS, leaseMs: LEASE_MS });
  try {
    onServer?.(await fleet.postgres.version());
    const client = new RecordingClient(fleet.history);
    const feed = new Feed(operations);
    const over = { leave: false };
    const choose = () => fleet.apis[Math.floor(random() * APIS)]?.url ?? '';
    const customer = new Customer(client, choose, random, () => over.leave);
    const serving = Promise.all(Array.from({ length: CUSTOMERS }, () => serve(customer, feed)));
    const plan = schedule(faults, random);
    const counts = await harm({ fleet, client, random }, plan, feed, say);
    await heal(fleet, serving, over);
    await fleet.endAll();
    const evidence = await fleet.evidence();
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    return { seed, seconds, faults: counts, counters: countersOf(evidence, counts), violations: check(evidence) };
  } finally {
    await fleet.close();
  }
}

async function serve(customer: Customer, feed: Feed): Promise<void> {
  for (let n = await feed.take(); n !== null; n = await feed.take()) await customer.see(orderOf(n));
}

async function harm(scene: Scene, plan: readonly FaultName[], feed: Feed, say: RunOptions['say']) {
  const counts = noFaults();
  for (const [index, name] of plan.entries()) {
    feed.allow((index + 1) / plan.length);
    await pause(TOO_SOON_MS * scene.random());
    await scene.fleet.hasten();
    await inflict(scene, name, counts[name]);
    if ((index + 1) % 20 === 0) say(`${index + 1} of ${plan.length} faults`);
  }
  return counts;
}

/** What lay in wait in vain tries elsewhere: which statements come depends on what happens to be under way. */
async function inflict(scene: Scene, name: FaultName, count: FaultCount): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const hit = await FAULTS[name].run(scene);
    if (hit !== null) {
      count.done += 1;
      count.hit += hit;
      return;
    }
    count.missed += 1;
  }
}

/** Nothing is harmed any more. Gives everybody the time to come to an end, and nobody more than that. */
async function heal(fleet: Fleet, serving: Promise<unknown>, over: { leave: boolean }): Promise<void> {
  const giveUpAt = performance.now() + HEALS_WITHIN_MS;
  const served = { all: false };
  void serving.then(() => (served.all = true));
  while (!served.all && performance.now() < giveUpAt) {
    await fleet.hasten();
    await pause(HASTEN_EVERY_MS);
  }
  over.leave = true;
  await serving;
}
