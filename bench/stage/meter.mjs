/**
 * Begins to meter what work costs. The function it gives tells, for a number of operations done since, the µs of
 * processor time that each has cost the processes and the database, and the bytes it left in the write-ahead log.
 *
 * @param {readonly import('./child.mjs').Child[]} children
 * @param {import('./database.mjs').Server} server
 */
export async function startMeter(children, server) {
  const spent = async () => (await Promise.all(children.map((child) => child.cpuMs()))).reduce((a, b) => a + b, 0);
  const before = { processes: await spent(), database: server.cpuMs(), wal: await server.walBytes() };
  return async (/** @type {number} */ count) => ({
    processCpuUs: (((await spent()) - before.processes) / count) * 1000,
    databaseCpuUs: ((server.cpuMs() - before.database) / count) * 1000,
    walBytes: ((await server.walBytes()) - before.wal) / count,
  });
}
