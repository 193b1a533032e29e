import type { HoldfastOptions } from '../options.js';
import { type Runtime, systemRuntime } from '../runtime/runtime.js';

/** A request as it was sent. */
export interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
  readonly redirect: string | undefined;
}

type Reply = (seen: Seen, signal: AbortSignal) => Response | Promise<Response>;

/** A service that answers as it is told, and a clock that moves only when somebody sleeps: no test waits for real. */
export class FakeService {
  readonly seen: Seen[] = [];
  readonly slept: number[] = [];
  private nowMs = 1_767_225_600_000;
  private setByMs = 0;

  constructor(private readonly replies: readonly Reply[]) {}

  readonly runtime: Runtime = {
    ...systemRuntime,
    nowMs: () => this.nowMs + this.setByMs,
    monotonicMs: () => this.nowMs,
    random: () => 0.5,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      this.slept.push(ms);
      this.nowMs += ms;
      return Promise.resolve();
    },
  };

  readonly fetch: typeof fetch = async (input, init) => {
    const seen: Seen = {
      url: input as string,
      method: init?.method ?? 'GET',
      headers: new Headers(init?.headers),
      body: typeof init?.body === 'string' ? init.body : '',
      redirect: init?.redirect,
    };
    this.seen.push(seen);
    const reply = this.replies[Math.min(this.seen.length, this.replies.length) - 1];
    if (!reply) throw new TypeError('nothing was prepared');
    return reply(seen, init?.signal ?? new AbortController().signal);
  };

  /** Somebody sets the clock of the machine. */
  setClock(byMs: number): void {
    this.setByMs += byMs;
  }

  options(more: Partial<HoldfastOptions> = {}): HoldfastOptions {
    return { baseUrl: 'http://service.test', fetch: this.fetch, runtime: this.runtime, ...more };
  }

  /** What the requests said in a header, in order. */
  said(name: string): (string | null)[] {
    return this.seen.map(({ headers }) => headers.get(name));
  }
}

/** An answer with JSON. */
export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return () =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** A refusal as the service writes it. */
export function problem(
  status: number,
  slug: string,
  { retryable = false, sameKey = retryable, ...rest }: Record<string, unknown> = {},
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const message = `It is ${slug}.`;
  const document = {
    type: `http://service.test/errors/${slug}`,
    title: message,
    status,
    detail: message,
    instance: 'urn:uuid:0',
    error: { code: slug.replaceAll('-', '_'), message },
    retryable,
    safeToRetryWithSameKey: sameKey,
    ...rest,
  };
  return json(status, document, { 'content-type': 'application/problem+json', ...headers });
}

/** The connection breaks. */
export const reset: Reply = () => Promise.reject(new TypeError('fetch failed'));

export const operation = (id: string, status = 'pending', more: object = {}) => ({ id, status, ...more });
