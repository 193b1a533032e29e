/** Columns of the tables: the member of a measurement, its heading, and digits after the point. */
/** @typedef {{ key: string, title: string, digits?: number }} Column */

/** @type {Column[]} */
export const HTTP_COLUMNS = [
  { key: 'perSecond', title: 'per second' },
  { key: 'p50', title: 'p50 ms', digits: 2 },
  { key: 'p99', title: 'p99 ms', digits: 2 },
  { key: 'serverCpuUs', title: 'server CPU µs each' },
  { key: 'clientCpu', title: 'client busy', digits: 2 },
];

/**
 * Lets the client run and adds what each answer cost the server, in µs of its CPU.
 *
 * @param {import('../stage/stage.mjs').Scene} scene
 * @param {import('../stage/child.mjs').Child} server
 * @param {Record<string, unknown>} spec
 */
export async function load({ loader }, server, spec) {
  const before = await server.cpuMs();
  const report = await loader.ask('closed', spec);
  const answered = Object.values(/** @type {Record<string, number>} */ (report.answers)).reduce((a, b) => a + b, 0);
  return { ...report, serverCpuUs: (((await server.cpuMs()) - before) / answered) * 1000 };
}
