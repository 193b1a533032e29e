import { LIMITS } from '@holdfast/kernel';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { OpenApiText } from '../openapi/openapi-text.js';
import { openApiDocument } from '../openapi/openapi-document.js';
import type { ApiSettings } from '../settings.js';
import { CONNECTION_LIMITS } from './connection-limits.js';
import { Gate } from './gate.js';
import { measureRequests } from './measure-requests.js';
import { ProblemFilter } from './problem.filter.js';
import { Problems } from './problems.js';
import { RouteIndex } from './route-index.js';
import { SilentSockets } from './silent-sockets.js';
import { traceRequests } from './trace-requests.js';
import { urlsOf } from './urls.js';

/**
 * Puts the gate, the body reader and the problem filter around an application that holds `ApiModule`. Call it after
 * `NestFactory.create` with `createApiAdapter`'s adapter and before `listen`.
 */
export async function prepareApi(app: NestFastifyApplication, settings: ApiSettings): Promise<void> {
  const instance = app.getHttpAdapter().getInstance();
  const index = new RouteIndex();
  const gate = new Gate(settings, index);
  // Declared before the first request, so that all requests have one shape; the gate fills it in.
  instance.decorateRequest('call');
  instance.decorateRequest('isDecided', false);
  instance.addHook('onRoute', (route) => index.add(route));
  if (settings.spans) traceRequests(instance, settings.spans);
  instance.addHook('onRequest', (request, reply, done) => {
    try {
      gate.admit(request, reply);
    } catch (error) {
      return done(error as Error);
    }
    done();
  });
  if (settings.metrics) measureRequests(instance, settings.metrics);
  instance.server.maxConnections = CONNECTION_LIMITS.sockets;
  const silent = new SilentSockets();
  silent.watch(instance.server);
  instance.addHook('preClose', async () => silent.close());
  readBodiesAsBytes(app, instance);
  app.useGlobalFilters(new ProblemFilter(new Problems(urlsOf(settings), settings)));
  app.get(OpenApiText).set(openApiDocument(app, settings));
}

/**
 * Fastify's own parsers would repair, merge and limit JSON by other rules than ours. One parser for every media type
 * hands over the bytes; which types are acceptable has been decided by the gate.
 */
function readBodiesAsBytes(app: NestFastifyApplication, instance: FastifyInstance): void {
  instance.removeAllContentTypeParsers();
  app.useBodyParser('*', { bodyLimit: LIMITS.bodyBytes }, (_request, body, done) => done(null, body));
}
