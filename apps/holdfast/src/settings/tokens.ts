import { Mistake, quoted } from './mistake.js';
import type { Reader } from './readers.js';

const ACCEPTED =
  'token:tenant,token:tenant,… with tokens as RFC 6750 writes them and tenants of 1 to 64 [A-Za-z0-9_.-]';

/** RFC 6750 §2.1, `b64token`. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
const TENANT = /^[A-Za-z0-9_.-]{1,64}$/;

/** Shorter tokens can be guessed. */
export const TOKEN_LENGTH_ADVISED = 16;

/** Tenants by token. Entries are named by their place, because both halves of a swapped entry may be the secret. */
export const tokens: Reader<ReadonlyMap<string, string>> = (text) => {
  const tenants = new Map<string, string>();
  for (const [index, entry] of text.split(',').entries()) {
    const place = `entry ${index + 1}`;
    const trimmed = entry.trim();
    const colon = trimmed.lastIndexOf(':');
    if (trimmed === '') throw new Mistake(`${place} empty`, ACCEPTED);
    if (colon < 0) throw new Mistake(`${place} without a colon`, ACCEPTED);
    const token = trimmed.slice(0, colon);
    const tenant = trimmed.slice(colon + 1);
    if (!TOKEN.test(token)) throw new Mistake(`${place} with a token that no client could send`, ACCEPTED);
    if (!TENANT.test(tenant)) throw new Mistake(`${place} with a malformed tenant`, ACCEPTED);
    const other = tenants.get(token);
    if (other !== undefined && other !== tenant) {
      throw new Mistake(`${place} with the token of tenant ${quoted(other)} for another tenant`, ACCEPTED);
    }
    tenants.set(token, tenant);
  }
  return tenants;
};
