import { join } from 'node:path';
import { Child } from './child.mjs';
import { startHoldfast } from './holdfast.mjs';

const LOADER = join(import.meta.dirname, '..', 'load', 'loader.mjs');
const POLL_MS = 10;
/** Of the output of each process, how many characters are shown when a measurement fails. */
const PRINTED = 2_000;

/**
 * @typedef {object} Stage
 * @property {import('../options.mjs').Options} options
 * @property {import('./database.mjs').Server} server
 * @property {string[]} remarks what a reader of the report must know: who was left out, and why
 * @property {Awaited<ReturnType<typeof import('./peers.mjs').choosePeers>>['peers']} peers
 */

/**
 * The processes and the database of one measurement.
 *
 * @typedef {object} Scene
 * @property {import('./database.mjs').Database} database
 * @property {Child} loader the client process
 * @property {(file: string, args?: string[]) => Promise<{ child: Child, port: number, said: any }>} start a process of the bench
 * @property {(role?: 'all' | 'api' | 'worker') => Promise<{ child: Child, port: number }>} holdfast a service process
 */

/**
 * Plays one measurement on a database and a client of its own; whatever it started is gone afterwards.
 *
 * @template Result
 * @param {Stage} stage
 * @param {(scene: Scene) => Promise<Result>} play
 * @param {{ template?: string, database?: import('./database.mjs').Database }} [on] the name of a database to start from, or one
 *   that stays afterwards; a new, empty one without
 * @returns {Promise<Result>}
 */
export async function onStage({ options, server }, play, on = {}) {
  const database = on.database ?? (await server.database(on.template));
  const children = /** @type {Child[]} */ ([]);
  const loader = new Child(LOADER);
  children.push(loader);
  const start = async (/** @type {string} */ file, /** @type {string[]} */ args = []) => {
    const child = new Child(join(import.meta.dirname, '..', file), { args });
    children.push(child);
    const said = await child.ready();
    return { child, said, port: said.port };
  };
  const holdfast = async (/** @type {'all' | 'api' | 'worker'} */ role = 'all') => {
    const service = await startHoldfast({ databaseUrl: database.url, role, profile: options.profile });
    children.push(service.child);
    service.child.on('message', ({ tally }) => tally && loader.tell({ ran: tally.ran }));
    return service;
  };
  try {
    await loader.ready();
    return await play({ database, loader, start, holdfast });
  } catch (error) {
    // What went wrong is often only in what a process printed.
    const printed = children.map(({ output }) => output.slice(-PRINTED)).join('');
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${printed}`, { cause: error });
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    if (on.database === undefined) await database.drop();
  }
}

/**
 * Looks again and again until it holds; throws when it does not in time.
 *
 * @param {string} what
 * @param {() => boolean | Promise<boolean>} holds
 */
export async function until(what, holds, withinMs = 120_000) {
  const giveUp = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUp) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
