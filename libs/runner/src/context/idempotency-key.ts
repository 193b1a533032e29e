import { createHash } from 'node:crypto';

/** Names that may stand in a key as they are; with the longest operation id and the colon they stay within 255. */
const PLAIN_NAME = /^[A-Za-z0-9_.-]{1,128}$/;

/**
 * `op.idempotencyKey`: a key for a call that the operation makes to somebody else. It is the same in every attempt and
 * differs between operations and between names, so that the receiver can do the work once. At most 255 characters, all
 * of them from `[A-Za-z0-9_.:~-]`: a name that does not fit is replaced by its SHA-256 in base64url after a tilde, which
 * no plain name can follow. Throws a TypeError for a name that is not a text or empty.
 */
export function downstreamKey(operationId: string, name: unknown): string {
  if (typeof name !== 'string' || name === '') throw new TypeError('op.idempotencyKey needs a name for the call');
  if (PLAIN_NAME.test(name)) return `${operationId}:${name}`;
  return `${operationId}~${createHash('sha256').update(name).digest('base64url')}`;
}
