import { subscribe } from 'node:diagnostics_channel';
import { context, propagation, trace } from '@opentelemetry/api';

/** A request of undici, which Node's `fetch` is made of, as its diagnostics channel hands it over. */
interface OutgoingRequest {
  /** Names and values in turn; one text in older releases. */
  readonly headers: readonly unknown[] | string;
  addHeader(name: string, value: string): void;
}

const CREATED = 'undici:request:create';
const TRACE_PARENT = /\btraceparent\b/i;

/**
 * Lets every `fetch` that a handler makes continue the trace it is made in. Node announces each request before it is
 * sent, in the context of its caller, so neither the handler nor a patched function is needed. A request that brings a
 * trace of its own keeps it.
 */
export function traceOutgoingRequests(): void {
  subscribe(CREATED, (message) => {
    const { request } = message as { readonly request: OutgoingRequest };
    if (!trace.getActiveSpan() || TRACE_PARENT.test(String(request.headers))) return;
    propagation.inject(context.active(), request, {
      set: (carrier, name, value) => carrier.addHeader(name, value),
    });
  });
}
