import { randomFillSync } from 'node:crypto';
import { SHARD_COUNT } from './shard.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Position of the shard byte: the last byte of `rand_b`, which RFC 9562 §5.7 leaves to the application. */
const SHARD_BYTE = 15;

const pool = Buffer.alloc(4096);
let poolAt = pool.length;

function fillRandom(target: Buffer, from: number): void {
  const bytes = target.length - from;
  if (poolAt + bytes > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  pool.copy(target, from, poolAt, poolAt + bytes);
  poolAt += bytes;
}

/**
 * A UUIDv7 (RFC 9562 §5.7) whose last byte is `shard`: 48 bits of `nowMs`, 66 random bits, 8 bits of shard. Ids made
 * in the same millisecond are not ordered among themselves.
 */
export function newUuid(nowMs: number, shard: number): string {
  if (!Number.isInteger(shard) || shard < 0 || shard >= SHARD_COUNT)
    throw new RangeError(`shard ${shard} is not 0–255`);
  const bytes = Buffer.allocUnsafe(16);
  fillRandom(bytes, 6);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  bytes[SHARD_BYTE] = shard;
  return formatUuid(bytes);
}

/** The shard that a UUID made by {@link newUuid} carries. */
export function shardOfUuid(uuid: string): number {
  return Number.parseInt(uuid.slice(-2), 16);
}

export function isUuid7(text: string): boolean {
  return UUID.test(text);
}

export function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function parseUuid(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}
