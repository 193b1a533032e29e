import { createHash } from 'node:crypto';
import { formatUuid, isUuid7, parseUuid, Refusal } from '@holdfast/kernel';

const VERSION = 1;
const UUID_BYTES = 16;
const BINDING_BYTES = 16;
const TOKEN_BYTES = 1 + UUID_BYTES + BINDING_BYTES;
const TOKEN_TEXT = /^[A-Za-z0-9_-]{44}$/;

/**
 * An opaque token that says «after this operation» and is bound to `binding`, the text of tenant and filters it was
 * made for. It is no secret and grants nothing: every read is limited to the tenant all the same. The binding only
 * keeps a token from being continued with other filters, which would give pages that belong to no list.
 */
export function encodePageToken(lastUuid: string, binding: string): string {
  const uuid = parseUuid(lastUuid);
  return Buffer.concat([Buffer.of(VERSION), uuid, bind(uuid, binding)]).toString('base64url');
}

/** The UUID in a token; refuses with `page-token-invalid` one that was changed or made for another query. */
export function decodePageToken(token: string, binding: string): string {
  const bytes = TOKEN_TEXT.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(0);
  if (bytes.length !== TOKEN_BYTES || bytes[0] !== VERSION) throw new Refusal('page-token-invalid');
  const uuid = bytes.subarray(1, 1 + UUID_BYTES);
  const text = formatUuid(uuid);
  if (!isUuid7(text) || !bind(uuid, binding).equals(bytes.subarray(1 + UUID_BYTES))) {
    throw new Refusal('page-token-invalid');
  }
  return text;
}

function bind(uuid: Buffer, binding: string): Buffer {
  return createHash('sha256').update(uuid).update(binding).digest().subarray(0, BINDING_BYTES);
}
