import { eventFrame } from '@holdfast/contract';
import type { Engine } from '@holdfast/engine';
import { isEnd } from '@holdfast/engine';
import { type Clock, isRefusal, isTerminal, type OperationHistory, pause, type TimelineEvent } from '@holdfast/kernel';

/** What an EventSource waits before it connects again, in ms (WHATWG HTML §9.2.6): a drain moves it to another process. */
const RECONNECT_MS = 3_000;
/** Proxies and clients cut connections that are silent for longer. */
const HEARTBEAT_MS = 15_000;
/** Steps do not move the operation's version, so a running operation is looked at this often all the same. */
const LOOK_RUNNING_MS = 500;
/** Whatever wakes a waiting operation moves its version; what is left is seen at the latest then. */
const LOOK_PENDING_MS = 5_000;
/** Least time between two looks, so that a busy operation does not make a busy stream. */
const GAP_MS = 50;

export interface StreamParts {
  readonly engine: Engine;
  readonly clock: Clock;
  /** Aborts when the client has left. */
  readonly gone: AbortSignal;
  readonly isDraining: () => boolean;
}

/**
 * The events of an operation as server-sent ones, those after `after` first and then what comes. Ends after the
 * terminal event, when the client leaves, and when the process drains. In between it holds a timer and an entry in the
 * watch list, and no database connection.
 *
 * What has been sent is remembered by id, not by the highest id: a row of a slower transaction may come into sight after
 * one that began later, and must not be lost.
 */
export async function* eventStream(
  parts: StreamParts,
  first: OperationHistory,
  after: number | null,
): AsyncGenerator<string> {
  const { engine, clock } = parts;
  const sent = new Set<number>();
  let history = first;
  let wroteAtMs = clock.monotonicMs();
  for (const { id } of engine.history.events(first)) if (after !== null && id <= after) sent.add(id);
  yield `retry: ${RECONNECT_MS}\n\n`;
  for (;;) {
    const news = streamed(engine.history.events(history)).filter(({ id }) => !sent.has(id));
    for (const event of news) sent.add(event.id);
    if (news.length > 0) {
      wroteAtMs = clock.monotonicMs();
      yield news.map(eventFrame).join('');
    }
    if (isTerminal(history.operation.status) || isOver(parts)) return;
    if (clock.monotonicMs() - wroteAtMs >= HEARTBEAT_MS) {
      wroteAtMs = clock.monotonicMs();
      yield ': still here\n\n';
    }
    const next = await nextLook(parts, history);
    if (next === null) return;
    history = next;
  }
}

/** Id of the event that ends the stream; null while the operation may still move. */
export function lastEventId(engine: Engine, history: OperationHistory): number | null {
  if (!isTerminal(history.operation.status)) return null;
  return streamed(engine.history.events(history)).at(-1)?.id ?? null;
}

/** Of an operation that has ended, what came later is left out: replays, which go on for as long as the key is honored. */
function streamed(events: readonly TimelineEvent[]): readonly TimelineEvent[] {
  const last = events.findLastIndex((event) => isEnd(event) || event.type === 'operation.resumed');
  const end = events[last];
  return end && isEnd(end) ? events.slice(0, last + 1) : events;
}

function isOver({ gone, isDraining, engine }: StreamParts): boolean {
  return gone.aborted || isDraining() || engine.watch.isClosed;
}

/** The story at the next change, or after a while; null when there is nobody or nothing left to tell it. */
async function nextLook(
  parts: StreamParts,
  { operation, ...known }: OperationHistory,
): Promise<OperationHistory | null> {
  const { engine, clock, gone } = parts;
  const { tenant, id, version, status } = operation;
  await pause(clock, GAP_MS, gone);
  const waitMs = status === 'running' ? LOOK_RUNNING_MS : LOOK_PENDING_MS;
  await engine.watch.wait(operation, { until: 'change', version }, waitMs, gone);
  if (isOver(parts)) return null;
  try {
    return await engine.history.byId(tenant, id);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // An operation that was erased meanwhile has no story any more; a database that is away comes back.
    return error.slug === 'operation-purged' || error.slug === 'operation-not-found' ? null : { operation, ...known };
  }
}
