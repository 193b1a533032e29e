import { hash } from 'node:crypto';

/** Number of shards. Part of the stored format: a shard is 8 bits of every id. */
export const SHARD_COUNT = 256;

/**
 * The shard (0–255) of an idempotency key: a pure function of tenant and key, so that the unique key (shard, tenant,
 * key) is the unique key (tenant, key), and every process finds a key's row without asking.
 */
export function shardOf(tenant: string, key: string): number {
  // The separator cannot occur in either part: tenants and keys are visible ASCII.
  return Number.parseInt(hash('sha256', `${tenant}\0${key}`, 'hex').slice(0, 2), 16);
}
