import type { Runtime } from '../runtime/runtime.js';
import { assertKey } from './key-header.js';

/** What tells one intent from every other one, from the largest to the smallest: `['order', 1001]`. */
export type Identity = readonly (string | number | bigint)[];

/** As many as a UUID has: nobody will ever make the same key by accident. */
const RANDOM_BYTES = 16;

/** A key that nobody has used before. */
export function newKey(runtime: Runtime): string {
  return runtime.randomHex(RANDOM_BYTES);
}

/**
 * The key of a business identity, the same in every process and for ever: `invoice.charge:order:1001`. The scope (an
 * operation type, or an operation and a signal) is part of it, so that one order can be charged and shipped. Parts are
 * percent-encoded, so that no two identities share a key. Throws a `RangeError` when the key would be too long or empty.
 */
export function identityKey(scope: string, identity: Identity): string {
  if (identity.length === 0 || identity.some((part) => part === '')) {
    throw new RangeError('An identity needs at least one part, and no part may be empty.');
  }
  const key = [scope, ...identity.map(String)].map(encodePart).join(':');
  assertKey(key);
  return key;
}

function encodePart(part: string): string {
  return encodeURIComponent(part).replaceAll(
    /[!'()*]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
