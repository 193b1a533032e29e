import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problems } from './problems.js';
import { refusalFrom } from './refusal-from.js';

/** Turns whatever was thrown into a problem document. The one place of the front door that catches everything. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Api');

  constructor(private readonly problems: Problems) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const refusal = refusalFrom(error);
    if (refusal.slug === 'internal') this.log(error, request);
    if (!reply.sent && !reply.raw.headersSent) this.problems.send(reply, refusal, request.id);
  }

  private log(error: unknown, request: FastifyRequest): void {
    // The pattern and not the URL: a URL may hold a key.
    const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    this.logger.error(`${route} failed, request ${request.id}`, error instanceof Error ? error.stack : String(error));
  }
}
