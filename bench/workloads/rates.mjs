import { startMeter } from '../stage/meter.mjs';

/** Columns of the tables: the member of a measurement, its heading, and digits after the point. */
/** @typedef {{ key: string, title: string, digits?: number }} Column */

/** @type {Column[]} */
export const HTTP_COLUMNS = [
  { key: 'perSecond', title: 'per second' },
  { key: 'p50', title: 'p50 ms', digits: 2 },
  { key: 'p99', title: 'p99 ms', digits: 2 },
  { key: 'processCpuUs', title: 'server CPU µs each' },
  { key: 'databaseCpuUs', title: 'database CPU µs each' },
  { key: 'clientCpu', title: 'client busy', digits: 2 },
];

/**
 * Lets the client run and adds what each answer cost the server and the database, in µs of their CPU.
 *
 * @param {import('../stage/stage.mjs').Scene} scene
 * @param {import('../stage/child.mjs').Child} server
 * @param {Record<string, unknown>} spec
 */
export async function load({ loader, database }, server, spec) {
  const cost = await startMeter([server], database.server);
  const report = await loader.ask('closed', spec);
  const answered = Object.values(/** @type {Record<string, number>} */ (report.answers)).reduce((a, b) => a + b, 0);
  return { ...report, ...(await cost(answered)) };
}
