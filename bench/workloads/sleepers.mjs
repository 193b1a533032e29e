import { BATCH } from '../load/plans.mjs';
import { expectOnly, expectSame } from '../stage/check.mjs';
import { expectEnded } from '../stage/operations.mjs';
import { onStage, until } from '../stage/stage.mjs';
import { backlog } from './drain.mjs';

const COUNT = 10_000;

/** Thousands of operations that sleep until one and the same moment. */
export const sleepers = {
  name: 'sleepers',
  title: `${COUNT.toLocaleString('en-US')} operations that sleep until the same moment`,
  note: 'While they sleep they hold no slot and no connection. Late is the time from that moment until the handler goes on.',
  columns: [
    { key: 'lateP50', title: 'late p50 ms' },
    { key: 'lateP99', title: 'late p99 ms' },
    { key: 'lateMax', title: 'late at most ms' },
    { key: 'busyConnections', title: 'busy connections meanwhile' },
  ],
  contenders: (/** @type {import('../stage/stage.mjs').Stage} */ stage) => [
    { name: 'Holdfast, one process', measure: () => measureSleepers(stage, backlog(stage, COUNT)) },
  ],
};

/** @param {import('../stage/stage.mjs').Stage} stage @param {number} count */
function measureSleepers(stage, count) {
  return onStage(stage, async ({ database, loader, holdfast }) => {
    const { port } = await holdfast();
    // Long enough for all of them to be created and put to sleep before.
    const wakeAtMs = Date.now() + Math.max(15_000, count * 2);
    const spec = { plan: 'batch', type: 'bench.sleeper', input: { wakeAtMs }, connections: 2, warmUpMs: 0 };
    expectOnly(await loader.ask('closed', { ...spec, port, count: count / BATCH, windowMs: 60_000 }), 207);
    const asleep = () =>
      database.query(
        `select count(*)::int as n,
                (select count(*)::int from pg_stat_activity
                  where datname = current_database() and state = 'active' and pid <> pg_backend_pid()) as busy
           from holdfast.operations where status = 'pending' and waiting_for = 'timer'`,
      );
    await until('all of them sleep', async () => (await asleep())[0].n === count, wakeAtMs - Date.now());
    const [{ busy }] = await asleep();
    await expectEnded(database, { succeeded: count });
    const [late] = await database.query(
      `select percentile_disc(0.5) within group (order by ms) as p50,
              percentile_disc(0.99) within group (order by ms) as p99, max(ms) as max, min(ms) as min
         from (select (result ->> 'lateMs')::float8 as ms from holdfast.operations) o`,
    );
    expectSame('sleepers that woke too early', late.min < 0, false);
    return { lateP50: late.p50, lateP99: late.p99, lateMax: late.max, busyConnections: busy };
  });
}
