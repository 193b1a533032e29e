/**
 * Another system, used as its documentation advises for speed.
 *
 * @typedef {object} Peer
 * @property {string} name
 * @property {string} package on npm
 * @property {string} lacks what a reader must know before comparing
 * @property {{ noop: number, steps?: number }} backlog how many operations it drains in a few seconds
 * @property {{ variable: string, why: string }} [needs] an environment variable without which it cannot be measured
 * @property {(databaseUrl: string) => Promise<Connected>} connect makes its schema where it is missing
 */

/** What an operation does: nothing, ten durable steps, or saying when it began. @typedef {'noop' | 'steps' | 'stamp'} Kind */

/**
 * @typedef {object} Connected
 * @property {(kind: Kind, key: string, input: object) => Promise<string>} create gives the id; idempotent by the key
 * @property {(kind: Kind, keys: string[], input: object) => Promise<void>} [createMany] its own batch call
 * @property {(kind: Kind, handle: (input: any) => void) => Promise<void>} work starts a worker
 * @property {string} [finished] SQL that counts what is durably finished
 * @property {string} [remaining] SQL that counts what is not, where finished work leaves no row
 * @property {string} created SQL that counts what was created, before anything ran
 * @property {(id: string) => Promise<void>} wait resolves when the operation is done
 */

/** The files of the peers, loaded only in processes of their own: what they bring along would slow everybody. */
export const PEERS = /** @type {Record<string, () => Promise<Peer>>} */ ({
  'pg-boss': async () => (await import('./pg-boss.mjs')).pgBoss,
  'graphile-worker': async () => (await import('./graphile-worker.mjs')).graphileWorker,
  dbos: async () => (await import('./dbos.mjs')).dbos,
  absurd: async () => (await import('./absurd.mjs')).absurd,
  openworkflow: async () => (await import('./openworkflow.mjs')).openWorkflow,
});
