import { batchRequest, createRequest, INPUT, pollRequest } from './requests.mjs';

const ID = /"id":"([^"]+)"/;

/**
 * What a client remembers between runs: the keys it used, the operations it made.
 *
 * @typedef {{ prefix: string, next: number, keys: string[], ids: string[] }} Memory
 */

/** `made` counts what was asked for. @typedef {{ request: () => string, heard?: (answer: import('./connection.mjs').Answer) => void, made?: Record<string, number> }} Plan */

/**
 * The kinds of load: which request comes next, and what is remembered of its answer.
 *
 * @type {Record<string, (memory: Memory, type: string, input?: unknown) => Plan>}
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
  batch: (memory, type, input) => ({
    request: () =>
      batchRequest(
        Array.from({ length: BATCH }, () => newKey(memory)),
        type,
        input,
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
    const made = { created: 0, repeated: 0, failing: 0 };
    return {
      made,
      request: () => {
        const turn = (made.created + made.repeated) % 20;
        // Keys whose first request may still be on its way are left alone: what those get is not known before.
        if (turn % 10 === 9 && memory.keys.length - made.repeated > FRESH_KEYS) {
          return createRequest(memory.keys[made.repeated++] ?? '', type);
        }
        made.created += 1;
        const key = newKey(memory);
        if (turn === 0) {
          made.failing += 1;
          return createRequest(key, type, { input: { ...INPUT, fail: true } });
        }
        memory.keys.push(key);
        return createRequest(key, type);
      },
    };
  },
};

export const BATCH = 500;
/** More than any client has connections. */
const FRESH_KEYS = 2_000;

/** @param {Memory} memory */
function newKey(memory) {
  return `${memory.prefix}-${(memory.next += 1)}`;
}
