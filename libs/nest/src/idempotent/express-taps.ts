import type { ServerResponse } from 'node:http';
import { type AnswerTap, type AnswerTaps, BODY_FIELDS, bytesOf, plainHeaders } from './answer-tap.js';
import type { KeptAnswer } from '@holdfast/kernel';

type Chunk = readonly unknown[];
type Send = (...chunk: Chunk) => unknown;

/**
 * Bytes that are held back before whoever writes is told to wait. More than any stream takes at once: when they go on,
 * that stream is full, and says by itself when it wants more, which nobody could say in its place.
 */
const HELD_MAX = 1_048_576;

/**
 * Taps on `write` and `end` of one response, for Express, which has no hook before it sends. Middleware that compresses
 * has put itself in front of them before, so that what is kept suits every client.
 */
export class ExpressTaps implements AnswerTaps {
  tap(_request: object, response: object, tap: AnswerTap): void {
    new HeldResponse(response as ServerResponse, tap).hold();
  }
}

/** A response whose bytes are held back until the tap has seen the first of them. */
class HeldResponse {
  private readonly held: { readonly send: Send; readonly chunk: Chunk }[] = [];
  private readonly write: Send;
  private readonly end: Send;
  private heldBytes = 0;
  private ended = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly tap: AnswerTap,
  ) {
    this.write = response.write.bind(response) as Send;
    this.end = response.end.bind(response) as Send;
  }

  hold(): void {
    const { response } = this;
    response.write = ((...chunk: Chunk) => {
      this.take(this.write, chunk);
      return this.heldBytes < HELD_MAX;
    }) as typeof response.write;
    response.end = ((...chunk: Chunk) => {
      if (!this.ended) this.take(this.end, chunk);
      this.ended = true;
      return response;
    }) as typeof response.end;
  }

  private take(send: Send, chunk: Chunk): void {
    this.held.push({ send, chunk });
    this.heldBytes += sizeOf(chunk);
    if (this.held.length === 1) void this.ask(send === this.end ? chunk : null);
  }

  /** `whole` is what `end` was given when nothing had been written before: then that is the body. */
  private async ask(whole: Chunk | null): Promise<void> {
    const { response } = this;
    const [body, encoding] = whole ?? [];
    const known = whole && bytesOf(typeof body === 'function' ? null : body, textOf(encoding));
    const { statusCode: status } = response;
    const other = await this.tap({ status, headers: plainHeaders(response.getHeaders()), body: known });
    // Back to what was there before, which may be the middleware's and not Node's own.
    response.write = this.write as typeof response.write;
    response.end = this.end as typeof response.end;
    if (other && !response.headersSent) return this.replace(other);
    for (const { send, chunk } of this.held) send(...chunk);
  }

  private replace(answer: KeptAnswer): void {
    const { response } = this;
    response.statusCode = answer.status;
    for (const name of BODY_FIELDS) response.removeHeader(name);
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    // An answer of 204 must not have one (RFC 9110 §8.6).
    if (answer.body?.length) response.setHeader('content-length', answer.body.length);
    this.end(answer.body ?? undefined);
  }
}

function sizeOf([piece]: Chunk): number {
  return typeof piece === 'string' || piece instanceof Uint8Array ? piece.length : 0;
}

function textOf(encoding: unknown): BufferEncoding | undefined {
  return typeof encoding === 'string' ? (encoding as BufferEncoding) : undefined;
}
