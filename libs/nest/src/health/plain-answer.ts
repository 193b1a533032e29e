import { OperationUrls, problemDocument, retryAfterOf } from '@holdfast/contract';
import type { Refusal } from '@holdfast/kernel';
import { randomUUID } from 'node:crypto';

/** An HTTP answer in no framework's words, so that every server of ours can send it. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FRESH = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** 200 with this JSON. */
export function plainAnswer(body: unknown): PlainAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', ...FRESH },
    body: JSON.stringify(body),
  };
}

/** A problem document (RFC 9457) as the front door writes it, with further members when there is more to say. */
export function problemAnswer(refusal: Refusal, publicUrl: string, more: object = {}): PlainAnswer {
  const problem = problemDocument(refusal, new OperationUrls(publicUrl), randomUUID());
  const retryAfter = retryAfterOf(refusal);
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(retryAfter === null ? {} : { 'retry-after': String(retryAfter) }),
      ...FRESH,
    },
    body: JSON.stringify({ ...problem, ...more }),
  };
}
