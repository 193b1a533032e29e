import { hash } from 'node:crypto';

const DIGITS = 16;

/**
 * What telemetry knows of an idempotency key: enough to find its requests for somebody who has the key. Keys may be
 * secrets of a client's business, so they never leave as they are.
 */
export function keyHash(tenant: string, key: string): string {
  return hash('sha256', `${tenant}\0${key}`, 'hex').slice(0, DIGITS);
}
