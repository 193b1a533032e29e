import { isRefusal, type KeptAnswer, LIMITS, Refusal } from '@holdfast/kernel';
import { problemAnswer } from '../health/plain-answer.js';
import type { OutgoingAnswer } from './answer-tap.js';
import type { IdempotentOptions } from './idempotent-options.js';

const ALWAYS_KEPT = ['content-type', 'location'];

/** What of an answer is kept: chosen header fields, and the body unless it is a stream or too large. */
export function keptAnswer(answer: OutgoingAnswer, options: IdempotentOptions): KeptAnswer {
  const { headers: chosen = [], maxBytes = LIMITS.resultBytes } = options;
  const names = [...ALWAYS_KEPT, ...chosen.map((name) => name.toLowerCase())];
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => names.includes(name)));
  const fits = answer.body !== null && answer.body.length <= maxBytes;
  return { status: answer.status, headers, body: fits ? answer.body : null };
}

/** Whether an answer decides the request. What is not kept gives the key back, so that a repeat is executed. */
export function decides(status: number, { keepClientErrors = false }: IdempotentOptions): boolean {
  return status < 400 || (status < 500 && keepClientErrors);
}

/** The answer that a repeat gets. */
export function replayedAnswer(answer: KeptAnswer): KeptAnswer {
  return { ...answer, headers: { ...answer.headers, 'idempotent-replayed': 'true' } };
}

/** What is sent instead of an answer that could not be kept: the same request with the same key settles it. */
export function notKept(error: unknown, publicUrl: string): KeptAnswer {
  const refusal = isRefusal(error) ? error : new Refusal('internal', undefined, {}, { cause: error });
  const { status, headers, body } = problemAnswer(refusal, publicUrl);
  return { status, headers, body: Buffer.from(body) };
}
