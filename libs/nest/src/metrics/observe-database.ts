import { type Clock, Refusal } from '@holdfast/kernel';
import {
  dryRunRetention,
  type Executor,
  estimateKeys,
  type poolOf,
  readWorkload,
  sizeOfArchive,
  type Workload,
} from '@holdfast/store';
import type { Metrics, MetricsObserver, Reading } from '@holdfast/telemetry';
import { CachedReading } from './cached-reading.js';

/** How long what the database said of its queue serves, and what it said of keys, windows and archive, in ms. */
const WORKLOAD_FRESH_MS = 3_000;
const KEPT_FRESH_MS = 60_000;
/** How long a scrape waits for the database, in ms: a page without these numbers is better than no page. */
const ANSWER_MS = 2_000;
const POOL = 'holdfast';

export interface DatabaseParts {
  readonly metrics: Metrics;
  readonly observer: Pick<MetricsObserver, 'typeWord'>;
  readonly executor: Executor;
  readonly pool: Pick<ReturnType<typeof poolOf>, 'totalCount' | 'idleCount' | 'waitingCount' | 'options'>;
  readonly clock: Clock;
  /** How long tombstones live, in ms. */
  readonly tombstoneMs: number;
}

/** Shows what only the database knows – queue, workers, what is kept – and how the pool of connections is doing. */
export function observeDatabase(parts: DatabaseParts): void {
  const { metrics, observer, executor, pool, clock } = parts;
  const workload = new CachedReading(() => inTime(clock, readWorkload(executor)), clock, WORKLOAD_FRESH_MS);
  const byType = async (valueOf: (one: Workload['due'][number]) => number, join: (a: number, b: number) => number) => {
    const types = new Map<string, number>();
    for (const one of (await workload.read()).due) {
      const type = observer.typeWord(one.type);
      types.set(type, join(types.get(type) ?? 0, valueOf(one)));
    }
    return [...types].map(([type, value]) => ({ values: [type], value }));
  };
  metrics.observe('due', () =>
    byType(
      (one) => one.due,
      (a, b) => a + b,
    ),
  );
  metrics.observe('dueAge', () => byType((one) => one.oldestDueForMs / 1_000, Math.max));
  metrics.observe('workers', async () => one((await workload.read()).workers));
  metrics.observe('databaseUp', () =>
    workload.read().then(
      () => one(1),
      () => one(0),
    ),
  );
  observeKept(parts);
  metrics.observe('connections', () => [
    { values: [POOL, 'used'], value: pool.totalCount - pool.idleCount },
    { values: [POOL, 'idle'], value: pool.idleCount },
  ]);
  metrics.observe('connectionsMax', () => [{ values: [POOL], value: pool.options.max }]);
  metrics.observe('connectionsWanted', () => [{ values: [POOL], value: pool.waitingCount }]);
}

/** What is kept of operations that have ended, and what the next sweep would take away. */
function observeKept({ metrics, executor, clock, tombstoneMs }: DatabaseParts): void {
  const kept = <Value>(ask: () => Promise<Value>) =>
    new CachedReading(() => inTime(clock, ask()), clock, KEPT_FRESH_MS);
  const keys = kept(() => estimateKeys(executor));
  const next = kept(() => dryRunRetention(executor, tombstoneMs));
  const archive = kept(() => sizeOfArchive(executor));
  metrics.observe('keys', async () =>
    Object.entries(await keys.read()).map(([state, value]) => ({ values: [state], value })),
  );
  metrics.observe('purgeable', async () => one((await next.read()).purgeable));
  metrics.observe('forgettable', async () => one((await next.read()).forgettable));
  metrics.observe('archiveMonths', async () => one((await archive.read()).months));
  metrics.observe('archiveOperations', async () => one((await archive.read()).operations));
  metrics.observe('archiveSize', async () => one((await archive.read()).bytes));
}

function one(value: number): readonly Reading[] {
  return [{ values: [], value }];
}

function inTime<Value>(clock: Clock, answer: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const takeBack = clock.after(ANSWER_MS, () => reject(new Refusal('database-unavailable')));
    answer.then(resolve, reject).finally(takeBack);
  });
}
