import type { Runtime } from '../runtime/runtime.js';
import { type Fault, refusedFault, silentFault } from './fault.js';
import type { Answer } from './request.js';

/** One request, and how long its answer may take. */
export interface Exchange {
  readonly url: string;
  readonly init: RequestInit;
  readonly timeoutMs: number;
  /** The caller's own way to end it. */
  readonly signal: AbortSignal | undefined;
}

export type Outcome<Got = Answer> = { readonly answer: Got } | { readonly fault: Fault };

/** A way to send one request. Never rejects for what happens on the way, only when the caller has aborted. */
export type Exchanger<Got> = (fetcher: typeof fetch, runtime: Runtime, sent: Exchange) => Promise<Outcome<Got>>;

/** Statuses of answers without a body; all others of the service have one. */
const BODILESS: readonly number[] = [204, 304];

/** Sends one request and reads all of its answer within the time it may take. */
export const exchange: Exchanger<Answer> = async (fetcher, runtime, sent) => {
  const own = new AbortController();
  const forget = runtime.after(sent.timeoutMs, () => own.abort(new DOMException('no answer in time', 'TimeoutError')));
  const signal = sent.signal ? AbortSignal.any([own.signal, sent.signal]) : own.signal;
  try {
    const response = await fetcher(sent.url, { ...sent.init, signal });
    return judged(response, await response.text(), runtime.nowMs());
  } catch (error) {
    sent.signal?.throwIfAborted();
    return { fault: silentFault(own.signal.aborted ? 'timeout' : 'connection-reset', error) };
  } finally {
    forget();
  }
};

/** The answer in a response that was read, or what is wrong with it. */
export function judged(response: Response, text: string, nowMs: number): Outcome {
  const { status, headers, ok } = response;
  const isJson = /\bjson\b/.test(headers.get('content-type') ?? '');
  const body = isJson ? parsed(text) : undefined;
  if (ok || status === 304) {
    // A page of a captive portal, or a body behind a proxy that hides where it was cut, be it at the very beginning.
    const isStrange = body === undefined && !BODILESS.includes(status);
    return isStrange
      ? { fault: silentFault('unknown-outcome', text.slice(0, 200)) }
      : { answer: { status, headers, body } };
  }
  return { fault: refusedFault(response, body, nowMs) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
