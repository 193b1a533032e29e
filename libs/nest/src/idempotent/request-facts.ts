import {
  canonicalJson,
  fingerprintOf,
  type JsonValue,
  parseIdempotencyKey,
  type RequestToRun,
  shardOf,
} from '@holdfast/kernel';
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { IdempotentOptions } from './idempotent-options.js';

/** What Fastify's request and Express's have in common; Express's is Node's own. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly originalUrl?: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly raw?: IncomingMessage;
}

/** The text of a larger request is not kept, and a mismatch is then told without pointers. */
const KEPT_TEXT_MAX = 65_536;
const DAY_MS = 86_400_000;

/** The key of a request; null when it has none and needs none. Refuses as `parseIdempotencyKey` does. */
export function keyOf(request: HttpRequest, { key = 'required' }: IdempotentOptions<never>): string | null {
  const field = request.headers['idempotency-key'];
  if (field === undefined && key === 'optional') return null;
  const raw = request.raw ?? (request as unknown as IncomingMessage);
  // Node joins several field lines by a comma, and two halves of a quoted key could join into a whole one.
  return parseIdempotencyKey(field?.includes(',') ? raw.headersDistinct['idempotency-key'] : field);
}

/** The request as it is claimed and compared. */
export function requestToRun(
  request: HttpRequest,
  key: string,
  options: IdempotentOptions,
  leaseMs: number,
): RequestToRun {
  const scope = options.scope === 'everyone' ? '' : options.scope(request);
  if (typeof scope !== 'string' || (scope === '' && options.scope !== 'everyone')) {
    throw new TypeError('the scope of an @Idempotent route must give a text that is not empty');
  }
  const text = canonicalJson(comparedOf(request, options));
  return {
    shard: shardOf(scope, key),
    scope,
    key,
    fingerprint: fingerprintOf(text),
    request: text.length > KEPT_TEXT_MAX ? null : text,
    reruns: options.onCrash !== 'report',
    leaseMs,
    windowMs: options.windowMs ?? DAY_MS,
  };
}

function comparedOf(request: HttpRequest, { fingerprint }: IdempotentOptions): JsonValue {
  const [path = ''] = (request.originalUrl ?? request.url).split('?');
  const told = fingerprint ? { request: fingerprint(request) } : { query: request.query, body: digested(request.body) };
  return JSON.parse(JSON.stringify({ method: request.method, path, ...told })) as JsonValue;
}

/** Bytes are compared by their hash; everything else as the JSON it was, or would be. */
function digested(body: unknown): unknown {
  return body instanceof Uint8Array ? { sha256: hash('sha256', body) } : body;
}
