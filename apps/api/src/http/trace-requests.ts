import { HEADER, type RouteId, routeOf } from '@holdfast/contract';
import { parseClientHints, parseTraceParent } from '@holdfast/kernel';
import type { RequestSpan, RequestSpans } from '@holdfast/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; none when nobody records it. */
    trace?: RequestSpan | null;
    /** Where a request that nobody records is in its trace; none when nobody traces. */
    traceParent?: string | null;
  }
}

/** Requests about an operation that some earlier request created. */
const ABOUT_ANOTHER: readonly RouteId[] = ['cancelOperation', 'resumeOperation', 'sendSignal', 'deleteOperation'];

/**
 * Makes a span of every request that a row of the route table serves, from before the gate until the connection has
 * taken the answer. Probes and scrapes would only be noise.
 */
export function traceRequests(instance: FastifyInstance, spans: RequestSpans): void {
  instance.decorateRequest('trace', null);
  instance.decorateRequest('traceParent', null);
  instance.addHook('onRequest', (request, reply, done) => {
    const id = request.routeOptions.config.holdfast;
    if (id !== undefined) begin(spans, id, request, reply);
    done();
  });
}

/** Where a request is in its trace, as a `traceparent` to store and to go on from; null when nobody has said so. */
export function traceParentOf(request: FastifyRequest): string | null {
  const own = request.trace?.traceParent ?? request.traceParent;
  return own ?? parseTraceParent(request.headers[HEADER.traceParent])?.text ?? null;
}

function begin(spans: RequestSpans, id: RouteId, request: FastifyRequest, reply: FastifyReply): void {
  const { headers, protocol } = request;
  const span = spans.start(headers[HEADER.traceParent], () => ({
    method: request.method,
    route: routeOf(id).path,
    scheme: protocol,
    userAgent: headers['user-agent'],
    hints: parseClientHints(headers),
    linksToCreation: ABOUT_ANOTHER.includes(id),
  }));
  if (typeof span === 'string') {
    request.traceParent = span;
    return;
  }
  request.trace = span;
  // «close» comes in any case, also when the client has left before its answer.
  reply.raw.once('close', () => {
    const replayed = reply.getHeader(HEADER.idempotentReplayed);
    span.end(reply.raw.headersSent ? reply.raw.statusCode : null, replayed === undefined ? null : replayed === 'true');
  });
}
