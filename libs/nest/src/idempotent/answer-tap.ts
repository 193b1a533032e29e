import type { KeptAnswer } from '@holdfast/kernel';

/** What is about to be sent. The body is null for a stream. */
export type OutgoingAnswer = KeptAnswer;

/** Sees an answer before a byte of it is sent, and may have another one sent instead. Called once. Must not reject. */
export type AnswerTap = (answer: OutgoingAnswer) => Promise<KeptAnswer | null>;

/** Puts taps on the answers of one HTTP framework. */
export interface AnswerTaps {
  /** `request` and `response` are the framework's own objects. */
  tap(request: object, response: object, tap: AnswerTap): void;
}

/** Header fields as Node and Fastify hand them out. */
export type OutgoingHeaders = Readonly<Record<string, number | string | readonly string[] | undefined>>;

/** The same with texts only. */
export function plainHeaders(headers: OutgoingHeaders): Record<string, string | readonly string[]> {
  const plain: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = typeof value === 'number' ? String(value) : value;
  }
  return plain;
}

/** The bytes of a body that is whole; null for one that is still to come. */
export function bytesOf(body: unknown, encoding: BufferEncoding = 'utf8'): Buffer | null {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body, encoding);
  return body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : null;
}

/** Fields that belong to a body; they go when another one is sent. */
export const BODY_FIELDS = ['content-type', 'content-length', 'content-encoding', 'etag', 'transfer-encoding'];
