import { EventStreamReader } from '../events/event-stream.js';
import type { CallOptions } from '../options.js';
import { backoffMs } from '../transport/retry-policy.js';
import type { Transport } from '../transport/transport.js';
import type { OperationEvent } from '../wire/story.js';
import { operationPath } from './read.js';

export interface WatchOptions extends CallOptions {
  /** Id of the last event that was seen: only later ones come. */
  readonly after?: number;
}

/** How the server answers when the last event has been received: there is nothing more to come for. */
const NO_MORE = 204;
const ENDS = /^operation\.(succeeded|failed|canceled)$/;

/**
 * What has happened to an operation, then what happens, until it has ended. A stream that breaks, or that a deploy ends,
 * is taken up behind the last event, so that nothing is missing and nothing comes twice.
 */
export async function* watch(
  transport: Transport,
  id: string,
  options: WatchOptions = {},
): AsyncGenerator<OperationEvent> {
  const { runtime, retry } = transport;
  let after = options.after ?? null;
  for (let fruitless = 1; ; fruitless += 1) {
    const headers = { accept: 'text/event-stream', ...(after === null ? {} : { 'last-event-id': String(after) }) };
    const request = { method: 'GET', path: operationPath(id, 'events'), headers, key: null } as const;
    const stream = await transport.stream(request, options);
    if (stream.status === NO_MORE) return;
    let last: OperationEvent | null = null;
    for await (const event of eventsIn(stream.chunks)) {
      last = event;
      after = event.id;
      yield event;
    }
    options.signal?.throwIfAborted();
    if (last) fruitless = 1;
    // After the end there is only the question whether there was more; otherwise nobody hurries to a server that drains.
    if (!last || !ENDS.test(last.type))
      await runtime.sleep(backoffMs(retry, fruitless, runtime.random()), options.signal);
  }
}

async function* eventsIn(chunks: AsyncIterable<string>): AsyncGenerator<OperationEvent> {
  const reader = new EventStreamReader();
  for await (const text of chunks) {
    for (const event of reader.read(text)) if ('data' in event) yield JSON.parse(event.data) as OperationEvent;
  }
}
