import { uuidBehind } from '@holdfast/testkit';
import type { Answered, Sent } from '../evidence/exchange.js';
import type { History } from '../evidence/history.js';
import { TOKENS } from './fleet.js';

const TIMEOUT_MS = 8_000;
const TOKEN_OF: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(TOKENS).map(([token, tenant]) => [tenant, token]),
);

export interface Ask extends Omit<Sent, 'n'> {
  /** Path and method on the wire. */
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Seconds the server may hold the answer back; 0 for not at all. */
  readonly waitSeconds: number;
}

/** Sends requests and writes each down before it goes out and after it comes back. */
export class RecordingClient {
  /** Requests under way, by the service they went to: tells whether a kill hit one. */
  readonly inFlight = new Map<string, number>();

  constructor(private readonly history: History) {}

  /** One request, once. Never throws: that no answer came is an answer. */
  async send(base: string, { method, path, waitSeconds, ...sent }: Ask): Promise<Answered> {
    const n = this.history.sending(sent);
    this.inFlight.set(base, (this.inFlight.get(base) ?? 0) + 1);
    const answer = await fetch(`${base}${path}`, {
      method,
      body: sent.body,
      headers: {
        authorization: `Bearer ${TOKEN_OF[sent.tenant]}`,
        ...(sent.body === null ? {} : { 'content-type': 'application/json', 'idempotency-key': sent.key }),
        ...(waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {}),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
      .then((response) => read(n, response))
      .catch(() => ({ n, status: 0, uuid: null, operationStatus: null, outcome: null, replayed: false }));
    this.inFlight.set(base, (this.inFlight.get(base) ?? 1) - 1);
    this.history.answered(answer);
    return answer;
  }
}

interface Body {
  readonly id?: string;
  readonly status?: string | number;
  readonly result?: unknown;
  readonly error?: { readonly code: string } | null;
}

async function read(n: number, response: Response): Promise<Answered> {
  const text = await response.text();
  const { id, status, result, error } = (text === '' ? {} : JSON.parse(text)) as Body;
  return {
    n,
    status: response.status,
    uuid: response.ok && id ? uuidBehind(id) : null,
    operationStatus: response.ok && typeof status === 'string' ? status : null,
    outcome: error ? error.code : status === 'succeeded' ? JSON.stringify(result ?? null) : null,
    replayed: response.headers.get('idempotent-replayed') === 'true',
  };
}
