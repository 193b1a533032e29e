import type { Answered, Sent } from '../evidence/exchange.js';
import type { History } from '../evidence/history.js';
import { type Body, nothing, told, tellingOf } from './answer.js';
import { TOKENS } from './tenants.js';

/** A service that has been stopped for longer than this has lost its clients. */
export const CLIENT_TIMEOUT_MS = 5_000;

export interface Ask extends Omit<Sent, 'n'> {
  /** Path and method on the wire. */
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Seconds the server may hold the answer back; 0 for not at all. */
  readonly waitSeconds: number;
}

/** A create inside of a batch. */
export type Item = Pick<Sent, 'key'> & { readonly body: string };

/** Sends requests and writes each down before it goes out and after it comes back. */
export class RecordingClient {
  /** Requests under way, by the service they went to: tells whether a kill hit one. */
  readonly inFlight = new Map<string, number>();
  /** Requests that were given up because no answer came in time, by the service they went to. */
  readonly timedOut = new Map<string, number>();

  constructor(private readonly history: History) {}

  /** One request, once. Never throws: that no answer came is an answer. */
  async send(base: string, { method, path, waitSeconds, ...sent }: Ask): Promise<Answered> {
    const n = this.history.sending(sent);
    const key = sent.ownKey ?? (sent.action === 'create' ? sent.key : null);
    const headers = {
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {}),
    };
    const response = await this.fetch(base, sent.tenant, { method, path, body: sent.body, headers });
    const answer = response === null ? nothing(n) : { n, ...tellingOf(response) };
    this.history.answered(answer);
    return answer;
  }

  /** Creates side by side in one request, each written down as one of its own. */
  async sendBatch(base: string, tenant: string, items: readonly Item[]): Promise<Answered[]> {
    const numbers = items.map(({ key, body }) =>
      this.history.sending({ action: 'create', tenant, key, uuid: null, ownKey: null, body }),
    );
    const all = items.map(({ key, body }) => ({ key, ...(JSON.parse(body) as object) }));
    const body = JSON.stringify({ items: all });
    const response = await this.fetch(base, tenant, { method: 'POST', path: '/operations/batch', body, headers: {} });
    const parts = response?.status === 207 ? ((response.body as { items?: Part[] }).items ?? []) : null;
    return numbers.map((n, place) => {
      const part = parts?.[place];
      const answer = part
        ? { n, ...told(part.status, part.operation ?? part.problem ?? {}, null, part.replayed) }
        : nothing(n);
      this.history.answered(answer);
      return answer;
    });
  }

  /** The answer with its body read; null when none came. */
  private async fetch(base: string, tenant: string, { method, path, body, headers }: OnTheWire) {
    this.inFlight.set(base, (this.inFlight.get(base) ?? 0) + 1);
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        body,
        headers: {
          authorization: `Bearer ${TOKENS[tenant]}`,
          ...(body === null ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        signal: AbortSignal.timeout(CLIENT_TIMEOUT_MS),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? {} : JSON.parse(text)) as Body,
      };
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') this.timedOut.set(base, (this.timedOut.get(base) ?? 0) + 1);
      return null;
    } finally {
      this.inFlight.set(base, (this.inFlight.get(base) ?? 1) - 1);
    }
  }
}

interface OnTheWire {
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

interface Part {
  readonly status: number;
  readonly replayed: boolean;
  readonly operation?: Body;
  readonly problem?: Body;
}
