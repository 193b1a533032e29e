import { HEADER, type Route, routeOf } from '@holdfast/contract';
import { parseIdempotencyKey, Refusal } from '@holdfast/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../settings.js';
import { BearerTokens } from './bearer-tokens.js';
import type { Call } from './call.js';
import { announcesBody, requireJson } from './media-type.js';
import type { RouteIndex } from './route-index.js';

/** Routes outside the table that must answer without a token: probes and scrapers have none. */
const PROBE = /^\/(health|metrics)(\/|$)/;

/**
 * Everything that is decided before a byte of the body is read, in the order of CONTRACT §3: authenticate, tenant, key
 * syntax, media type. A route nobody listed needs a token: forgetting a row locks a route, it never opens one.
 */
export class Gate {
  private readonly tokens: BearerTokens;

  constructor(
    private readonly settings: ApiSettings,
    private readonly index: RouteIndex,
  ) {
    this.tokens = new BearerTokens(settings.tokens);
  }

  /** Fills in `request.call` and the headers every answer carries; throws a refusal. */
  admit(request: FastifyRequest, reply: FastifyReply): void {
    reply.header(HEADER.requestId, request.id);
    reply.header(HEADER.contentTypeOptions, 'nosniff');
    if (this.settings.isDraining()) reply.header(HEADER.connection, 'close');
    requireHost(request);
    if (request.is404) throw this.index.refuse(request, reply);
    const { config, url } = request.routeOptions;
    const route = config.holdfast === undefined ? null : routeOf(config.holdfast);
    request.call = this.callOf(request, route, url ?? '');
    if (route?.body) prepareBody(request, route.body.required);
  }

  private callOf(request: FastifyRequest, route: Route | null, pattern: string): Call {
    const isPublic = route ? route.access === 'public' : PROBE.test(pattern);
    const tenant = isPublic ? '' : this.tokens.tenantOf(request.headers.authorization);
    return { route, tenant, key: keyOf(request, route) };
  }
}

/** RFC 9112 §3.2: HTTP/1.1 without a host is 400. Nothing here reads the host, yet what lies in between may. */
function requireHost({ raw }: FastifyRequest): void {
  if (raw.headers.host === undefined && raw.httpVersion === '1.1') throw new Refusal('request-malformed');
}

function keyOf(request: FastifyRequest, route: Route | null): string | null {
  const field = request.headers[HEADER.idempotencyKey] as string | undefined;
  if (!route || route.key === 'ignored' || (route.key === 'optional' && field === undefined)) return null;
  // Node joins several field lines by a comma, and two halves of a quoted key could join into a whole one.
  const lines = field?.includes(',') ? request.raw.headersDistinct[HEADER.idempotencyKey] : field;
  return parseIdempotencyKey(lines);
}

function prepareBody(request: FastifyRequest, required: boolean): void {
  if (required || announcesBody(request.headers)) return requireJson(request.headers);
  // Without a body its type means nothing, and Fastify would refuse one that it cannot read.
  delete request.raw.headers[HEADER.contentType];
}
