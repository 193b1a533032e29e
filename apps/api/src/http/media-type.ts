import type { IncomingHttpHeaders } from 'node:http';
import { HEADER } from '@holdfast/contract';
import { Refusal } from '@holdfast/kernel';

/** RFC 9110 §8.3.1: type, subtype and parameters; a parameter's value is a token or a quoted string. */
const JSON_TYPE =
  /^application\/json[ \t]*((?:;[ \t]*(?:[\w!#$%&'*+.^`|~-]+=(?:[\w!#$%&'*+.^`|~-]+|"[^"]*"))?[ \t]*)*)$/i;
const CHARSET = /;[ \t]*charset=("?)([^";\s]*)\1/gi;

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

function isJson(type: string): boolean {
  const parameters = JSON_TYPE.exec(type.trim())?.[1];
  if (parameters === undefined) return false;
  return [...parameters.matchAll(CHARSET)].every(([, , charset]) => charset?.toLowerCase() === 'utf-8');
}

/** Will a body follow? Without a length and without chunks there is none (RFC 9112 §6.3). */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const length = headers[HEADER.contentLength];
  return headers[HEADER.transferEncoding] !== undefined || (length !== undefined && Number(length) !== 0);
}
