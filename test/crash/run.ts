import { seededRandom } from '@holdfast/testkit';
import { check } from './checker/check.js';
import { Feed } from './feed.js';
import { schedule } from './faults/faults.js';
import { countersOf, type Figures } from './figures.js';
import { Caller, pause } from './stage/caller.js';
import { RecordingClient } from './stage/client.js';
import { Customer } from './stage/customer.js';
import { Fleet } from './stage/fleet.js';
import { orderOf } from './stage/order.js';
import { storm } from './storm.js';

export interface RunOptions {
  readonly seed: number;
  readonly operations: number;
  readonly faults: number;
  /** Told the version of the PostgreSQL that is going to be killed. */
  readonly onServer?: (version: string) => void;
  /** Told in one line what is going on. */
  readonly say: (line: string) => void;
}

const APIS = 3;
const WORKERS = 3;
const CUSTOMERS = 48;
const LEASE_MS = 1_500;
/** After the last fault everything must come to its end by itself; when nothing has for so long, what is left is stuck. */
const STUCK_AFTER_MS = 120_000;
const HASTEN_EVERY_MS = 200;

/**
 * Two phases: faults while clients work, then quiet until everything has come to its end. The seed decides what is done
 * and in which order; when it strikes depends on the machine. What was seen is kept when it shows a broken promise, or
 * when there is no verdict.
 */
export async function run({ seed, operations, faults, say, onServer }: RunOptions): Promise<Figures> {
  const startedAt = performance.now();
  const fleet = await Fleet.start({ apis: APIS, workers: WORKERS, leaseMs: LEASE_MS, ownDisk: true });
  const over = { leave: false };
  let keep = true;
  try {
    onServer?.(await fleet.postgres.version());
    const random = seededRandom(seed);
    const plan = schedule(faults, random);
    const client = new RecordingClient(fleet.history);
    const feed = new Feed(operations);
    const choose = () => fleet.apis[Math.floor(random() * APIS)]?.url ?? '';
    const customer = new Customer(new Caller(client, choose, random, () => over.leave));
    const seen = { orders: 0 };
    const serving = Promise.all(Array.from({ length: CUSTOMERS }, () => serve(customer, feed, seen)));
    const damage = await storm({ fleet, client }, plan, feed, say);
    feed.close();
    const stormedAt = performance.now();
    await heal(fleet, serving, seen, over);
    say(`everything came to its end ${Math.round((performance.now() - stormedAt) / 1_000)} s after the last fault`);
    await fleet.endAll();
    const evidence = await fleet.evidence();
    const violations = check(evidence);
    keep = violations.length > 0;
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const { counts, unchecked } = damage;
    return { seed, seconds, faults: counts, unchecked, counters: countersOf(evidence, damage), violations };
  } finally {
    over.leave = true;
    if (keep)
      say(`TEST_SEED=${seed}; the evidence is kept in ${fleet.folder}: npm run test:crash -- --look ${fleet.folder}`);
    await fleet.close({ keep });
  }
}

async function serve(customer: Customer, feed: Feed, seen: { orders: number }): Promise<void> {
  for (let n = await feed.take(); n !== null; n = await feed.take()) {
    await customer.see(orderOf(n));
    seen.orders += 1;
  }
}

/** Nothing is harmed any more. Gives everybody the time to come to an end, as long as somebody does. */
async function heal(
  fleet: Fleet,
  serving: Promise<unknown>,
  seen: { readonly orders: number },
  over: { leave: boolean },
): Promise<void> {
  const served = { all: false };
  void serving.then(() => (served.all = true));
  let last = { orders: seen.orders, at: performance.now() };
  while (!served.all && performance.now() - last.at < STUCK_AFTER_MS) {
    await fleet.hasten();
    await pause(HASTEN_EVERY_MS);
    if (seen.orders !== last.orders) last = { orders: seen.orders, at: performance.now() };
  }
  over.leave = true;
  await serving;
}
