import { type Exchanger, judged } from './exchange.js';
import { silentFault } from './fault.js';

/** An answer that goes on coming. */
export interface OpenStream {
  readonly status: number;
  /** The text as it comes. Ends, and never rejects, also when the connection breaks: whoever reads knows what is missing. */
  readonly chunks: AsyncIterable<string>;
}

/** The service writes at least a comment this often, and more: a silent connection has a dead end, in ms. */
const SILENCE_MS = 45_000;

/** Sends one request and gives its answer as soon as it begins. */
export const openStream: Exchanger<OpenStream> = async (fetcher, runtime, sent) => {
  const own = new AbortController();
  const hang = () => own.abort(new DOMException('nothing came in time', 'TimeoutError'));
  const forget = runtime.after(sent.timeoutMs, hang);
  const signal = sent.signal ? AbortSignal.any([own.signal, sent.signal]) : own.signal;
  try {
    const response = await fetcher(sent.url, { ...sent.init, signal });
    if (response.status !== 200 || response.body === null || !isEventStream(response)) {
      const text = await response.text();
      // Somebody else's page must not pass for a stream in which nothing happens.
      if (response.status === 200) return { fault: silentFault('unknown-outcome', text.slice(0, 200)) };
      const outcome = judged(response, text, runtime.nowMs());
      return 'fault' in outcome ? outcome : { answer: { status: response.status, chunks: nothing() } };
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const guarded = () => runtime.after(SILENCE_MS, hang);
    return { answer: { status: 200, chunks: chunksOf(reader, guarded, () => own.abort()) } };
  } catch (error) {
    sent.signal?.throwIfAborted();
    return { fault: silentFault(own.signal.aborted ? 'timeout' : 'connection-reset', error) };
  } finally {
    forget();
  }
};

function isEventStream({ headers }: Response): boolean {
  return /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');
}

async function* chunksOf(
  reader: ReadableStreamDefaultReader<string>,
  guarded: () => () => void,
  leave: () => void,
): AsyncGenerator<string> {
  try {
    for (;;) {
      const forget = guarded();
      const { done, value } = await reader.read().finally(forget);
      if (done) return;
      yield value;
    }
  } catch {
    // A stream that broke is one that ended early.
  } finally {
    // Also when whoever reads has had enough: a connection nobody reads must not stay open.
    leave();
  }
}

async function* nothing(): AsyncGenerator<string> {}
