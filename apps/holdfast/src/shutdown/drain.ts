import { type Clock, type Log, pause } from '@holdfast/kernel';
import type { StopRequest } from './stop-request.js';

/** A running service as its end sees it. */
export interface RunningService {
  /** Not ready any more, nothing new comes in, nothing more is claimed, and whoever waits is answered. */
  begin(): void;
  /** Stops listening; resolves when every request in flight is answered and every connection closed. */
  closeHttp(): Promise<void>;
  /** Ends the connections whose requests did not end in time. */
  cutHttp(): void;
  /** Resolves when no operation is held any more. */
  finishWork(): Promise<void>;
  /** Ends the connections to the database. */
  release(): Promise<void>;
}

/**
 * How long the port still answers after the drain began, in ms: connections that the kernel has already accepted would
 * otherwise be reset with their request unread.
 */
const LINGER_MS = 200;
/** What is kept of the time limit for the steps after the work, in ms. */
const RELEASE_MS = 2_000;

/**
 * What running handlers get of the limit before they are told to stop, and how long they may then take to yield. The
 * rest is for handing back what they held, and for the steps that follow.
 */
export function drainTimes(limitMs: number): { readonly graceMs: number; readonly yieldMs: number } {
  return { graceMs: Math.max(limitMs / 2, limitMs - 5_000), yieldMs: Math.min(2_000, limitMs / 8) };
}

/**
 * Takes a service down in the order that loses nothing: requests first, then the work, then the database. True when
 * this process holds no operation any more; false when it left some to their leases, because the limit was reached or
 * somebody asked a second time.
 */
export async function drain(
  service: RunningService,
  stop: StopRequest,
  limitMs: number,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<boolean> {
  const endAt = clock.monotonicMs() + limitMs;
  const leftMs = (reserveMs: number) => Math.max(0, endAt - clock.monotonicMs() - Math.min(reserveMs, limitMs / 4));
  const bounded = async (name: string, work: Promise<void>, ms: number): Promise<boolean> => {
    const done = await within(
      clock,
      work.then(() => true),
      ms,
      stop.hurried,
    );
    if (!done && !stop.wasHurried) log.warn(`The drain ran out of time: ${name}.`);
    return done;
  };
  service.begin();
  await within(
    clock,
    pause(clock, Math.min(LINGER_MS, limitMs / 10)).then(() => true),
    limitMs,
    stop.hurried,
  );
  const answered = await bounded('a request was cut off', service.closeHttp(), leftMs(RELEASE_MS));
  if (!answered) service.cutHttp();
  const finished = await bounded('operations are left to their leases', service.finishWork(), leftMs(RELEASE_MS));
  await bounded('database connections were cut', service.release(), leftMs(0));
  return finished;
}

/** True when `work` ends within `ms` and nobody hurries. A failure of the work ends it too, and is thrown. */
async function within(clock: Clock, work: Promise<true>, ms: number, hurried: Promise<void>): Promise<boolean> {
  const timer = new AbortController();
  const late = pause(clock, ms, timer.signal).then(() => false);
  try {
    return await Promise.race([work, late, hurried.then(() => false)]);
  } finally {
    timer.abort();
  }
}
