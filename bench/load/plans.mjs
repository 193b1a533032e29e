import { batchRequest, createRequest, INPUT, pollRequest } from './requests.mjs';

const ID = /"id":"([^"]+)"/;

/**
 * What a client remembers between runs: the keys it used, the operations it made.
 *
 * @typedef {{ prefix: string, next: number, keys: string[], ids: string[] }} Memory
 */

/**
 * The kinds of load: which request comes next, and what is remembered of its answer.
 *
 * @type {Record<string, (memory: Memory, type: string) => { request: () => string, heard?: (answer: import('./connection.mjs').Answer) => void }>}
 */
export const PLANS = {
  /** Every request a new key. */
  create: (memory, type) => ({ request: () => createRequest(newKey(memory), type) }),

  /** The same, and the operations are remembered for `replay` and `poll`. */
  seed: (memory, type) => ({
    request: () => {
      const key = newKey(memory);
      memory.keys.push(key);
      return createRequest(key, type);
    },
    heard: ({ text, bodyAt }) => memory.ids.push(ID.exec(text.slice(bodyAt))?.[1] ?? ''),
  }),

  /** Operations made 500 at a time, to have a backlog soon. */
  batch: (memory, type) => ({
    request: () =>
      batchRequest(
        Array.from({ length: BATCH }, () => newKey(memory)),
        type,
      ),
  }),

  replay: ({ keys }, type) => {
    let next = 0;
    return { request: () => createRequest(keys[(next += 1) % keys.length] ?? '', type) };
  },

  /** A server that remembers nothing is asked for an operation that it will make up. */
  poll: ({ ids }) => {
    let next = 0;
    return { request: () => pollRequest(ids[(next += 1) % ids.length] ?? 'opn_01k0000000e00000000000000') };
  },

  /** Of 20 requests, two repeat a key that was used a while ago and one starts an operation that fails. */
  mixed: (memory, type) => {
    let next = 0;
    let repeated = 0;
    return {
      request: () => {
        next += 1;
        if (next % 10 === 0 && memory.keys.length > 100) {
          return createRequest(memory.keys[(repeated += 1)] ?? '', type);
        }
        const key = newKey(memory);
        if (next % 20 === 1) return createRequest(key, type, { input: { ...INPUT, fail: true } });
        memory.keys.push(key);
        return createRequest(key, type);
      },
    };
  },
};

export const BATCH = 500;

/** @param {Memory} memory */
function newKey(memory) {
  return `${memory.prefix}-${(memory.next += 1)}`;
}
