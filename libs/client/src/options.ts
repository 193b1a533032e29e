import type { KeyStore } from './keys/key-store.js';
import type { Runtime } from './runtime/runtime.js';
import type { BreakerPolicy } from './transport/breaker.js';
import type { RetryPolicy } from './transport/retry-policy.js';
import type { RetryReason } from './transport/retry-reason.js';

/** How a client reaches its service. All times in ms. */
export interface HoldfastOptions {
  /** `https://holdfast.example.com`; a path in it is kept. */
  readonly baseUrl: string;
  /** Bearer token, or what gives the one that is valid now. */
  readonly token?: string | (() => string | Promise<string>);
  /** Instead of the global `fetch`: for a proxy agent, an instrumented one, or an older runtime. */
  readonly fetch?: typeof fetch;
  /** Where keys outlive this process, see {@link KeyStore}; without one they live as long as the client. */
  readonly keyStore?: KeyStore;
  readonly retry?: Partial<RetryPolicy>;
  /** `false` turns the circuit breaker off. */
  readonly breaker?: Partial<BreakerPolicy> | false;
  /** How long a call may take with all its tries (60,000). */
  readonly deadlineMs?: number;
  /** How long one try may take (10,000); what the service is asked to hold an answer back comes on top. */
  readonly attemptTimeoutMs?: number;
  /**
   * Adds W3C trace context to the headers of each request. With OpenTelemetry:
   * `(headers) => propagation.inject(context.active(), headers)`.
   */
  readonly traceContext?: (headers: Record<string, string>) => void;
  /** Told about each try that failed and will be made again: for logs and metrics. */
  readonly onRetry?: (retry: RetryNotice) => void;
  /** Time and chance, for tests. */
  readonly runtime?: Runtime;
}

export interface RetryNotice {
  readonly method: string;
  readonly path: string;
  /** Number of the try that failed. */
  readonly attempt: number;
  readonly reason: RetryReason;
  readonly delayMs: number;
  readonly error: Error;
}

/** What can be said about every single call. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. The operation itself is not touched: see `cancel`. */
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
  /** A `traceparent` of its own, instead of what `traceContext` says. */
  readonly traceparent?: string;
}
