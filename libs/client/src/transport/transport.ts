import { IDEMPOTENCY_ATTEMPT, IDEMPOTENCY_KEY } from '../headers.js';
import { keyHeader } from '../keys/key-header.js';
import type { CallOptions, HoldfastOptions } from '../options.js';
import { type Runtime, systemRuntime } from '../runtime/runtime.js';
import { attemptHeader } from './attempt-header.js';
import { Breaker, DEFAULT_BREAKER } from './breaker.js';
import { exchange, type Exchanger, type Outcome } from './exchange.js';
import { openStream, type OpenStream } from './open-stream.js';
import type { Fault } from './fault.js';
import type { Answer, Request } from './request.js';
import { RetryBudget } from './retry-budget.js';
import { backoffMs, DEFAULT_RETRY, type RetryPolicy } from './retry-policy.js';
import type { RetryReason } from './retry-reason.js';

const DEADLINE_MS = 60_000;
const ATTEMPT_TIMEOUT_MS = 10_000;

/** What went before the first request of a call: an earlier process may have sent the same one already. */
export interface Past {
  readonly attempts: number;
  readonly firstSentMs: number;
  readonly reason: RetryReason;
}

/** A call between its first try and its last. */
interface Course {
  readonly body: string | undefined;
  /** By the monotonic clock: a clock that is set must not end a call, nor let it go on for an hour. */
  readonly endsMs: number;
  readonly firstSentMs: number;
  /** Requests sent, those of an earlier process included. */
  sent: number;
  reason: RetryReason | undefined;
}

/** Sends requests until they are answered, refused for good, or out of time. */
export class Transport {
  readonly runtime: Runtime;
  readonly retry: RetryPolicy;
  private readonly breaker: Breaker;
  private readonly budget: RetryBudget;
  private readonly base: string;

  constructor(private readonly options: HoldfastOptions) {
    this.runtime = options.runtime ?? systemRuntime;
    this.retry = { ...DEFAULT_RETRY, ...options.retry };
    this.breaker = new Breaker(options.breaker === false ? false : { ...DEFAULT_BREAKER, ...options.breaker });
    this.budget = new RetryBudget(this.retry, this.runtime.monotonicMs());
    this.base = baseOf(options.baseUrl);
  }

  /** Rejects with a `HoldfastError`, or with the reason of the caller's signal. */
  send(request: Request, call: CallOptions = {}, past?: Past): Promise<Answer> {
    return this.persist(request, call, this.begin(request, call, past), exchange);
  }

  /** The same for an answer that is a stream: its beginning counts as the answer. */
  stream(request: Request, call: CallOptions = {}): Promise<OpenStream> {
    return this.persist(request, call, this.begin(request, call), openStream);
  }

  private begin(request: Request, call: CallOptions, past?: Past): Course {
    const deadlineMs = call.deadlineMs ?? this.options.deadlineMs ?? DEADLINE_MS;
    return {
      // Once for all tries: a repeat must be the very same request.
      body: request.body === undefined ? undefined : JSON.stringify(request.body),
      endsMs: this.runtime.monotonicMs() + deadlineMs + holdMs(request),
      firstSentMs: past?.firstSentMs ?? this.runtime.nowMs(),
      sent: past?.attempts ?? 0,
      reason: past?.reason,
    };
  }

  private async persist<Got>(
    request: Request,
    call: CallOptions,
    course: Course,
    exchanger: Exchanger<Got>,
  ): Promise<Got> {
    const { runtime, retry } = this;
    this.budget.deposit();
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.attempt(request, call, course, exchanger);
      if ('answer' in outcome) return outcome.answer;
      const { fault } = outcome;
      const delayMs = tries < retry.maxAttempts && fault.retryable ? this.pauseMs(fault, tries, course) : null;
      if (delayMs === null) throw fault.error({ key: request.key, attempts: course.sent });
      this.announce(request, fault, course, delayMs);
      course.reason = fault.reason;
      await runtime.sleep(delayMs, call.signal);
    }
  }

  private async headers(request: Request, call: CallOptions): Promise<Record<string, string>> {
    const { token, traceContext } = this.options;
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers };
    const bearer = typeof token === 'function' ? await token() : token;
    if (bearer) headers['authorization'] = `Bearer ${checkedToken(bearer)}`;
    if (call.traceparent === undefined) traceContext?.(headers);
    else headers['traceparent'] = call.traceparent;
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    if (request.key !== null) headers[IDEMPOTENCY_KEY] = keyHeader(request.key);
    if (request.waitSeconds) headers['prefer'] = `wait=${request.waitSeconds}`;
    return headers;
  }

  private url({ path, query }: Request): string {
    return `${this.base}${path}${query && query.size > 0 ? `?${query.toString()}` : ''}`;
  }

  private get fetch(): typeof fetch {
    // The browser's own one insists on being called as a function of the window.
    return this.options.fetch ?? ((input, init) => fetch(input, init));
  }

  private async attempt<Got>(
    request: Request,
    call: CallOptions,
    course: Course,
    exchanger: Exchanger<Got>,
  ): Promise<Outcome<Got>> {
    call.signal?.throwIfAborted();
    // Made here, so that a token that cannot be a header is an error at once and not a network to try again.
    const headers = new Headers(await this.headers(request, call));
    const timeoutMs = Math.min(
      (this.options.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS) + holdMs(request),
      course.endsMs - this.runtime.monotonicMs(),
    );
    const once = () => {
      course.sent += 1;
      if (request.method === 'POST') headers.set(IDEMPOTENCY_ATTEMPT, this.hint(course));
      // A redirect would turn a POST into a GET, and its answer would be taken for that of the POST.
      const init = {
        method: request.method,
        headers,
        redirect: 'manual',
        ...(course.body === undefined ? {} : { body: course.body }),
      } as const;
      return exchanger(this.fetch, this.runtime, { url: this.url(request), init, timeoutMs, signal: call.signal });
    };
    return holdMs(request) > 0 ? once() : this.breaker.guard(once);
  }

  private hint({ sent, reason, firstSentMs }: Course): string {
    return attemptHeader({ number: sent, max: this.retry.maxAttempts, reason, firstSentMs });
  }

  /** Ms until the next try; null when it would come too late. */
  private pauseMs(fault: Fault, tries: number, course: Course): number | null {
    const nowMs = this.runtime.monotonicMs();
    const turnMs = this.budget.take(nowMs);
    const delayMs = fault.waitMs + Math.max(turnMs, backoffMs(this.retry, tries, this.runtime.random()));
    if (nowMs + delayMs < course.endsMs) return delayMs;
    this.budget.giveBack();
    return null;
  }

  private announce({ method, path, key }: Request, fault: Fault, { sent }: Course, delayMs: number): void {
    const error = fault.error({ key, attempts: sent });
    this.options.onRetry?.({ method, path, attempt: sent, reason: fault.reason, delayMs, error });
  }
}

/** A URL to which paths can be appended. Throws a `TypeError` for what is none: no retry would help. */
function baseOf(url: string): string {
  const { protocol } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError('baseUrl must be an http or https URL.');
  return url.replace(/\/+$/, '');
}

/** Throws a `RangeError` for a token that no header can carry; what the runtime throws would quote the secret. */
function checkedToken(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) throw new RangeError('A token is visible ASCII without spaces.');
  return token;
}

function holdMs({ waitSeconds = 0 }: Request): number {
  return waitSeconds * 1000;
}
