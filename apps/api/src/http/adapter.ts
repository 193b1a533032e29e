import { randomUUID } from 'node:crypto';
import { LIMITS } from '@holdfast/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../settings.js';
import { Problems } from './problems.js';
import { refusalFrom } from './refusal-from.js';
import { answerClientError } from './client-error.js';
import { CONNECTION_LIMITS } from './connection-limits.js';
import { urlsOf } from './urls.js';

/** The HTTP server of the front door, with every limit set explicitly. */
export function createApiAdapter(settings: ApiSettings): FastifyAdapter {
  const urls = urlsOf(settings);
  const problems = new Problems(urls, settings);
  return new FastifyAdapter({
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: CONNECTION_LIMITS.requestTimeoutMs,
    keepAliveTimeout: CONNECTION_LIMITS.keepAliveTimeoutMs,
    connectionTimeout: CONNECTION_LIMITS.socketTimeoutMs,
    http: {
      headersTimeout: CONNECTION_LIMITS.headersTimeoutMs,
      connectionsCheckingInterval: CONNECTION_LIMITS.checkIntervalMs,
      maxHeaderSize: CONNECTION_LIMITS.headerBytes,
      insecureHTTPParser: false,
      // The gate refuses a request without a host; Node would do so with an empty body.
      requireHostHeader: false,
    },
    routerOptions: { maxParamLength: CONNECTION_LIMITS.pathSegment },
    // A request id of the client's choosing could name somebody else's request in the log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    // Requests on open connections are still answered during a drain: a replay is never refused (CONTRACT §3, §7).
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    logger: false,
    // A URL the router cannot read reaches neither hooks nor filters.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      problems.send(reply, refusalFrom(error), request.id),
    clientErrorHandler: (error, socket) => answerClientError(error, socket, urls),
  });
}
