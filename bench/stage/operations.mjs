import { expectSame } from './check.mjs';
import { until } from './stage.mjs';

/**
 * How many operations of the service have each status.
 *
 * @param {import('./database.mjs').Database} database
 * @returns {Promise<Record<string, number>>}
 */
export async function statuses(database) {
  const rows = await database.query(
    'select status, count(*)::int as n from holdfast.operations group by status order by status',
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/**
 * Waits until every operation made since a moment has ended. Looks through the index over their ids, which begin with
 * the time, so that it costs the same however many older ones there are.
 *
 * @param {import('./database.mjs').Database} database
 * @param {number} sinceMs as of `Date.now`
 */
export async function untilEnded(database, sinceMs) {
  const first = `${sinceMs.toString(16).padStart(12, '0')}${'0'.repeat(20)}`;
  await until('every operation has ended', async () => {
    const [{ open }] = await database.query(
      `select exists (
         select from holdfast.operations
          where tenant = 'default' and id >= $1::uuid and status in ('pending', 'running')
       ) as open`,
      [first],
    );
    return !open;
  });
}

/**
 * Waits until no operation is open any more, and checks how all have ended.
 *
 * @param {import('./database.mjs').Database} database
 * @param {Record<string, number>} expected by status
 */
export async function expectEnded(database, expected) {
  await until('every operation has ended', async () => {
    const { pending = 0, running = 0 } = await statuses(database);
    return pending + running === 0;
  });
  expectSame('operations by status', await statuses(database), expected);
}
