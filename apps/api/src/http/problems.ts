import { HEADER, isPermanent, MEDIA_TYPE, type OperationUrls, problemDocument, retryAfterOf } from '@holdfast/contract';
import type { Refusal } from '@holdfast/kernel';
import { OTHER, outcomeOfRefusal } from '@holdfast/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiSettings } from '../settings.js';
import { CACHE_NEVER } from './answers.js';

/** A refusal as the JSON text of a problem document, for answers that hold more than one. */
export function problemText(
  refusal: Refusal,
  urls: OperationUrls,
  requestId: string,
): { readonly status: number; readonly text: string } {
  const problem = problemDocument(refusal, urls, requestId);
  return { status: problem.status, text: JSON.stringify(problem) };
}

/** Writes refusals as answers. */
export class Problems {
  constructor(
    private readonly urls: OperationUrls,
    private readonly settings: ApiSettings,
  ) {}

  send(reply: FastifyReply, refusal: Refusal, requestId: string): void {
    reply.request.trace?.refused(refusal);
    this.settings.metrics?.add('problems', [refusal.slug]);
    this.countUndecided(reply.request, refusal);
    const problem = problemDocument(refusal, this.urls, requestId);
    const retryAfter = retryAfterOf(refusal);
    // The gate has set these two, but a URL that no router understands never comes to the gate.
    reply.header(HEADER.requestId, requestId);
    reply.header(HEADER.contentTypeOptions, 'nosniff');
    reply.header(HEADER.cacheControl, CACHE_NEVER);
    if (retryAfter !== null) reply.header(HEADER.retryAfter, String(retryAfter));
    if (isPermanent(refusal)) reply.header(HEADER.shouldRetry, 'false');
    if (refusal.slug === 'unauthenticated') reply.header(HEADER.wwwAuthenticate, 'Bearer');
    if (this.settings.isDraining()) reply.header(HEADER.connection, 'close');
    reply.code(problem.status).header(HEADER.contentType, MEDIA_TYPE.problem).send(JSON.stringify(problem));
  }

  /** The observer of decisions counts every create it gets to see; a key or a body that is no good never comes so far. */
  private countUndecided({ routeOptions, isDecided }: FastifyRequest, refusal: Refusal): void {
    if (isDecided || routeOptions.config?.holdfast !== 'createOperation') return;
    const outcome = outcomeOfRefusal(refusal);
    if (outcome) this.settings.metrics?.add('requests', [OTHER, outcome]);
  }
}
