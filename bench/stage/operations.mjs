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
