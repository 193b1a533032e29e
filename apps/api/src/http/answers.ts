import { etagOf, HEADER, MEDIA_TYPE, type OperationUrls, operationView } from '@holdfast/contract';
import type { Engine } from '@holdfast/engine';
import type { Operation } from '@holdfast/kernel';
import type { FastifyReply } from 'fastify';
import type { ApiSettings } from '../settings.js';

/** Answers may be kept by their caller, but must be asked for again: an operation changes at any time (RFC 9111 §5.2). */
export const CACHE_REVALIDATE = 'private, no-cache';
export const CACHE_NEVER = 'no-store';
/** The same for everybody, and only a new release changes it. */
export const CACHE_PUBLIC = 'public, max-age=300';

/** A representation will depend on what is accepted, and always depends on who asks. */
const VARY = 'Accept, Authorization';

/** Writes operations as answers. Bodies are finished text: no serializer looks at them again. */
export class Answers {
  constructor(
    private readonly engine: Engine,
    readonly urls: OperationUrls,
    private readonly settings: ApiSettings,
  ) {}

  /** An answer to a call that changed or found an operation: says in three headers where the operation is. */
  located(reply: FastifyReply, status: number, operation: Operation): void {
    this.locate(reply, operation);
    reply.header(HEADER.cacheControl, CACHE_NEVER);
    this.operation(reply, status, operation);
  }

  /**
   * An answer to a poll. Never with a location header: pollers of the Azure family move on to whatever
   * `Operation-Location` a poll answers with.
   */
  polled(reply: FastifyReply, status: number, operation: Operation): void {
    this.revalidate(reply);
    this.operation(reply, status, operation);
  }

  /** The same for another representation of the operation, with its own validator and finished text. */
  polledAs(reply: FastifyReply, operation: Operation, etag: string, text: string): void {
    this.revalidate(reply);
    this.versioned(reply, operation, etag);
    this.json(reply, 200, text);
  }

  /** 304 with the headers the 200 would have had (RFC 9110 §15.4.5). */
  unchanged(reply: FastifyReply, operation: Operation, etag = etagOf(operation)): void {
    this.revalidate(reply);
    this.versioned(reply, operation, etag);
    reply.code(304).send();
  }

  /** Headers of something that may be kept but must be revalidated. */
  revalidate(reply: FastifyReply): void {
    reply.header(HEADER.cacheControl, CACHE_REVALIDATE);
    reply.header(HEADER.vary, VARY);
  }

  locate(reply: FastifyReply, { id }: Operation): void {
    const url = this.urls.operation(id);
    reply.header(HEADER.operationLocation, url);
    reply.header(HEADER.location, url);
    reply.header(HEADER.contentLocation, url);
  }

  /** The headers that go with the version of an operation: its ETag and when to ask again. */
  versioned(reply: FastifyReply, operation: Operation, etag = etagOf(operation)): void {
    reply.request.trace?.about(operation);
    reply.header(HEADER.etag, etag);
    this.engine.advice.learn(operation);
    const seconds = this.engine.advice.retryAfterSeconds(operation);
    if (seconds !== null) reply.header(HEADER.retryAfter, String(seconds));
  }

  json(reply: FastifyReply, status: number, text: string): void {
    // Asked here too: a drain may have begun while the answer was held back.
    if (this.settings.isDraining()) reply.header(HEADER.connection, 'close');
    reply.code(status).header(HEADER.contentType, MEDIA_TYPE.json).send(text);
  }

  private operation(reply: FastifyReply, status: number, operation: Operation): void {
    this.versioned(reply, operation);
    this.json(reply, status, operationView(operation, this.urls));
  }
}
