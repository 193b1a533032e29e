import { WaitTimeoutError } from '../errors/wait-timeout-error.js';
import type { CallOptions } from '../options.js';
import { retryAfterMs } from '../transport/retry-after.js';
import type { Answer } from '../transport/request.js';
import type { Transport } from '../transport/transport.js';
import { isTerminal, type Operation } from '../wire/operation.js';
import { operationPath } from './read.js';

export interface WaitOptions extends CallOptions {
  /** How long to wait at most; without it, as long as the operation takes. */
  readonly timeoutMs?: number;
  /** Called with the operation as it is first seen, and then at each change. */
  readonly onChange?: (operation: Operation) => void;
}

/** What the service holds an answer back for at most, in seconds; less lets proxies with short time-outs live. */
const HOLD_SECONDS = 20;
/** When the service neither held the answer nor said when to come again. */
const FALLBACK_MS = 1_000;
/** Least time between two looks at changes: an operation that reports its progress all the time is not asked all the time. */
const CHANGE_GAP_MS = 100;

/**
 * Long-polls until the operation has ended. Who wants the changes asks with the ETag of what it has seen and is answered
 * at the next one; who wants the end alone is answered at the end. Rejects with a {@link WaitTimeoutError} in time.
 */
export async function wait<Result>(
  transport: Transport,
  id: string,
  options: WaitOptions = {},
): Promise<Operation<Result>> {
  const { runtime } = transport;
  const endsMs = options.timeoutMs === undefined ? Infinity : runtime.monotonicMs() + options.timeoutMs;
  let seen: Operation<Result> | null = null;
  let etag: string | null = null;
  for (;;) {
    const leftMs = endsMs - runtime.monotonicMs();
    if (leftMs <= 0) throw new WaitTimeoutError(seen, id);
    // The first look is answered at once when changes are wanted: without an ETag it would be held until the end.
    const isFirstLook = options.onChange !== undefined && seen === null;
    const waitSeconds = isFirstLook ? 0 : Math.min(HOLD_SECONDS, Math.ceil(leftMs / 1000));
    const answer = await poll(transport, id, waitSeconds, options.onChange ? etag : null, options);
    if (answer.status === 200) {
      seen = answer.body as Operation<Result>;
      etag = answer.headers.get('etag');
      options.onChange?.(seen);
      if (isTerminal(seen)) return seen;
    }
    const gapMs = options.onChange ? CHANGE_GAP_MS : 0;
    if (!isFirstLook) {
      await runtime.sleep(
        Math.min(Math.max(gapMs, pauseMs(answer, runtime.nowMs())), endsMs - runtime.monotonicMs()),
        options.signal,
      );
    }
  }
}

function poll(
  transport: Transport,
  id: string,
  waitSeconds: number,
  etag: string | null,
  call: CallOptions,
): Promise<Answer> {
  const headers = etag === null ? {} : { 'if-none-match': etag };
  return transport.send({ method: 'GET', path: operationPath(id), headers, key: null, waitSeconds }, call);
}

/** A held answer may be asked for again at once; one that was not is asked for when the service says so. */
function pauseMs({ headers }: Answer, nowMs: number): number {
  return headers.has('preference-applied') ? 0 : (retryAfterMs(headers, nowMs) ?? FALLBACK_MS);
}
