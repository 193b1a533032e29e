import { uuidBehind } from '@holdfast/testkit';
import type { Answered } from '../evidence/exchange.js';

/** What answers hold, as far as it is written down: that of an operation, or of a problem. */
export interface Body {
  readonly id?: string;
  readonly status?: string | number;
  readonly attempt?: { readonly number: number };
  readonly cancelRequestedAt?: string | null;
  readonly result?: unknown;
  readonly error?: { readonly code: string } | null;
}

type Telling = Omit<Answered, 'n'>;

/** No answer came. */
export function nothing(n: number): Answered {
  return { n, status: 0, ...NO_OPERATION, outcome: null, replayed: false };
}

const NO_OPERATION = { uuid: null, version: null, operationStatus: null, attempt: null, cancelRequested: false };

/** What an answer of the service tells. */
export function tellingOf(answer: {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}): Telling {
  const version = /^"(\d+)"$/.exec(answer.headers.get('etag') ?? '')?.[1];
  const replayed = answer.headers.get('idempotent-replayed') === 'true';
  return told(answer.status, answer.body, version === undefined ? null : Number(version), replayed);
}

/** What a body tells under that HTTP status. */
export function told(status: number, body: Body, version: number | null, replayed: boolean): Telling {
  const { id, status: word, result, error } = body;
  const outcome = error ? error.code : word === 'succeeded' ? JSON.stringify(result ?? null) : null;
  if (status >= 300 || id === undefined) return { status, ...NO_OPERATION, outcome, replayed };
  return {
    status,
    uuid: uuidBehind(id),
    version,
    operationStatus: String(word),
    attempt: body.attempt?.number ?? null,
    cancelRequested: typeof body.cancelRequestedAt === 'string',
    outcome,
    replayed,
  };
}
