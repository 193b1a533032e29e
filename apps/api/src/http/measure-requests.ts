import type { Metrics } from '@holdfast/telemetry';
import type { FastifyInstance } from 'fastify';

/** Methods that are told apart, as the semantic conventions have it; whatever else a client makes up is `_OTHER`. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Records how long each request took, by the pattern of its route and never by its URL. A request that waits by
 * `Prefer: wait` or that streams events counts as long as it was held.
 */
export function measureRequests(instance: FastifyInstance, metrics: Pick<Metrics, 'record'>): void {
  instance.addHook('onResponse', (request, reply, done) => {
    const method = METHODS.has(request.method) ? request.method : '_OTHER';
    const route = request.is404 ? '' : (request.routeOptions.url ?? '');
    metrics.record('httpDuration', [method, route, String(reply.statusCode)], reply.elapsedTime / 1_000);
    done();
  });
}
