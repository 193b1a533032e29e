import type { IncomingHttpHeaders } from 'node:http';
import { HEADER } from '@holdfast/contract';
import { Refusal } from '@holdfast/kernel';

const JSON_TYPE = /^application\/json(?=[ \t;]|$)/i;
/**
 * One parameter (RFC 9110 §5.6.6), which may be empty. Parameters are taken one by one and never together in one
 * expression: with white space allowed on both sides of every one, that would take exponential time to fail.
 */
const PARAMETER = /[ \t]*;[ \t]*(?:([\w!#$%&'*+.^`|~-]+)=([\w!#$%&'*+.^`|~-]+|"[^"]*"))?/y;

/**
 * Refuses with `media-type-unsupported` a body that is not plain JSON in UTF-8: any other media type, any other charset
 * (RFC 8259 §8.1 allows none), any content coding, for a compressed body could grow without bound.
 */
export function requireJson(headers: IncomingHttpHeaders): void {
  const type = headers[HEADER.contentType];
  if (type !== 'application/json' && !isJson(type ?? '')) throw new Refusal('media-type-unsupported');
  const coding = headers[HEADER.contentEncoding];
  if (coding !== undefined && coding.trim().toLowerCase() !== 'identity') {
    throw new Refusal('media-type-unsupported', 'A content coding is not supported; send the body as it is.');
  }
}

function isJson(field: string): boolean {
  const type = field.trim();
  let at = JSON_TYPE.exec(type)?.[0].length ?? 0;
  if (at === 0) return false;
  while (at < type.length) {
    PARAMETER.lastIndex = at;
    const [whole, name, value] = PARAMETER.exec(type) ?? [];
    if (whole === undefined) return false;
    if (name?.toLowerCase() === 'charset' && !/^"?utf-8"?$/i.test(value ?? '')) return false;
    at += whole.length;
  }
  return true;
}

/** Will a body follow? Without a length and without chunks there is none (RFC 9112 §6.3). */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const length = headers[HEADER.contentLength];
  return headers[HEADER.transferEncoding] !== undefined || (length !== undefined && Number(length) !== 0);
}
