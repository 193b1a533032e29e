/** Number of shards. Part of the stored format: a shard is 8 bits of every id. */
export const SHARD_COUNT = 256;

/** FNV-1a, 32 bits: offset basis and prime. */
const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * The shard (0–255) of an idempotency key: a pure function of tenant and key, so that the unique key (shard, tenant,
 * key) is the unique key (tenant, key), and every process finds a key's row without asking. FNV-1a over both, folded:
 * it need not resist anybody, since a client who fills one shard only slows down their own keys.
 */
export function shardOf(tenant: string, key: string): number {
  // The separator cannot occur in either part: tenants and keys are visible ASCII.
  const hash = fnv1a(key, Math.imul(fnv1a(tenant, BASIS), PRIME));
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & (SHARD_COUNT - 1);
}

function fnv1a(text: string, from: number): number {
  let hash = from;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return hash;
}
