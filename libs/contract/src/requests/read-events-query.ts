import { createHash } from 'node:crypto';
import { LIMITS, Refusal } from '@holdfast/kernel';
import type { QueryParameters } from './read-list-query.js';

const VERSION = 1;
const ID_BYTES = 8;
const BINDING_BYTES = 16;
const TOKEN_TEXT = /^[A-Za-z0-9_-]{34}$/;

export interface EventsQuery {
  /** Only events after this id; null from the beginning. */
  readonly after: number | null;
  readonly limit: number;
}

/** Reads the query of `GET /operations/{id}/events`. Refuses with `parameter-invalid` and `page-token-invalid`. */
export function readEventsQuery(operationId: string, parameters: QueryParameters): EventsQuery {
  const pageSize = single('pageSize', parameters) ?? '0';
  if (!/^\d{1,20}$/.test(pageSize)) {
    throw new Refusal('parameter-invalid', 'The parameter pageSize must be a whole number.');
  }
  const token = single('pageToken', parameters);
  return {
    after: token ? decodeEventToken(token, operationId) : null,
    limit: Math.min(Number(pageSize) || LIMITS.pageSizeDefault, LIMITS.pageSize),
  };
}

/** An opaque token that says «after this event of this operation». */
export function encodeEventToken(eventId: number, operationId: string): string {
  const id = Buffer.alloc(ID_BYTES);
  id.writeBigUInt64BE(BigInt(eventId));
  return Buffer.concat([Buffer.of(VERSION), id, bind(id, operationId)]).toString('base64url');
}

function decodeEventToken(token: string, operationId: string): number {
  const bytes = TOKEN_TEXT.test(token) ? Buffer.from(token, 'base64url') : Buffer.alloc(1);
  const id = bytes.subarray(1, 1 + ID_BYTES);
  if (bytes[0] !== VERSION || !bind(id, operationId).equals(bytes.subarray(1 + ID_BYTES))) {
    throw new Refusal('page-token-invalid');
  }
  return Number(id.readBigUInt64BE());
}

function bind(id: Buffer, operationId: string): Buffer {
  return createHash('sha256').update('events').update(id).update(operationId).digest().subarray(0, BINDING_BYTES);
}

/** A known parameter that is given twice has no meaning, and dropping one of the two would give it a wrong one. */
function single(name: string, parameters: QueryParameters): string | undefined {
  const value = parameters[name];
  if (Array.isArray(value)) throw new Refusal('parameter-invalid', `The parameter ${name} must be given once.`);
  return value;
}
