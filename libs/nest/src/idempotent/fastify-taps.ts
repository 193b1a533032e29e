import {
  type AnswerTap,
  type AnswerTaps,
  BODY_FIELDS,
  bytesOf,
  type OutgoingHeaders,
  plainHeaders,
} from './answer-tap.js';

/** What is used of Fastify, so that an application on Express need not install it. */
export interface FastifyLike {
  addHook(
    name: 'onSend',
    hook: (request: object, reply: FastifyReplyLike, payload: unknown) => Promise<unknown>,
  ): unknown;
}

interface FastifyReplyLike {
  readonly statusCode: number;
  getHeaders(): OutgoingHeaders;
  code(status: number): unknown;
  header(name: string, value: string | readonly string[]): unknown;
  removeHeader(name: string): unknown;
}

/**
 * Taps on Fastify's `onSend`: the body is serialized, nothing is sent yet, and compression comes only afterwards, so
 * that what is kept suits every client.
 */
export class FastifyTaps implements AnswerTaps {
  private readonly waiting = new WeakMap<object, AnswerTap>();

  constructor(instance: FastifyLike) {
    instance.addHook('onSend', (request, reply, payload) => this.send(request, reply, payload));
  }

  tap(request: object, _response: object, tap: AnswerTap): void {
    this.waiting.set(request, tap);
  }

  private async send(request: object, reply: FastifyReplyLike, payload: unknown): Promise<unknown> {
    const tap = this.waiting.get(request);
    if (!tap) return payload;
    this.waiting.delete(request);
    const { statusCode: status } = reply;
    const other = await tap({ status, headers: plainHeaders(reply.getHeaders()), body: bytesOf(payload) });
    if (!other) return payload;
    discard(payload);
    reply.code(other.status);
    for (const name of BODY_FIELDS) reply.removeHeader(name);
    for (const [name, value] of Object.entries(other.headers)) reply.header(name, value);
    return other.body?.length ? other.body : null;
  }
}

/** A stream that nobody reads must be told so. */
function discard(payload: unknown): void {
  if (typeof payload !== 'object' || payload === null || !('destroy' in payload)) return;
  if (typeof payload.destroy === 'function') payload.destroy();
}
