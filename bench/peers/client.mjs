import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

/** Durable steps of an operation with steps. */
export const STEPS = 10;
const POLL_MS = 10;

/** A key as a UUID, for those whose key is the id. @param {string} key */
export function uuidOf(key) {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** How a client waits where there is no call for it. @param {() => Promise<boolean>} done */
export async function polled(done) {
  while (!(await done())) await pause(POLL_MS);
}
