import { DAY_MS, ENGINE_ERROR_CODES, type JsonValue, pause, type ReceivedSignal, type StepId } from '@holdfast/kernel';
import { recall, valueOf } from './output.js';
import type { StepParts } from './run-step.js';

/** A wait shorter than this is not worth giving the slot back, in ms. */
const IN_PLACE_MS = 20;
/** Longest wait, in ms: ten thousand years. The end of a much longer one is none that a `Date` could tell. */
const WAIT_MAX_MS = 10_000 * 365 * DAY_MS;

/** `op.sleep`: waits `ms` without holding a slot; survives restarts. */
export async function sleep(parts: StepParts, name: unknown, ms: unknown): Promise<void> {
  const id = parts.journal.next('sleep', name);
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms > WAIT_MAX_MS) {
    throw new TypeError(`op.sleep «${id.name}» needs a number of ms, at most ${WAIT_MAX_MS}`);
  }
  const known = parts.journal.find(id);
  if (known?.finished) return;
  let leftMs = ms;
  if (known) {
    leftMs = parts.journal.leftMs(known) ?? 0;
    if (leftMs <= 0) return;
    await parts.onNew();
  } else {
    await parts.onNew();
    await parts.activity.run(() => parts.journal.record(id, { finished: false, dueInMs: Math.max(0, ms) }));
  }
  if (leftMs <= IN_PLACE_MS) return parts.activity.run(() => pause(parts.clock, leftMs, parts.signal));
  return parts.activity.wait({ reason: 'timer', name: id.name, dueInMs: leftMs, pokes: null }, parts.waiter);
}

/** `op.sleepUntil`: the same, until a point in time of the database's clock. */
export function sleepUntil(parts: StepParts, name: unknown, time: unknown): Promise<void> {
  const ms = time instanceof Date ? time.getTime() : typeof time === 'string' ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(ms)) {
    return Promise.reject(new TypeError('op.sleepUntil needs a Date or an RFC 3339 time'));
  }
  return sleep(parts, name, ms - parts.databaseMs());
}

export interface SignalOptions {
  /** Ms after which the wait ends with `signal_timeout`; without it, it does not end. */
  readonly timeoutMs?: number;
}

/**
 * `op.waitForSignal`: the payload of the next signal of that name. Signals are kept until they are asked for, given out
 * in the order in which they came, and each once.
 */
export async function waitForSignal(
  parts: StepParts & { readonly loadSignals: (name: string) => Promise<SignalBox> },
  name: unknown,
  { timeoutMs }: SignalOptions = {},
): Promise<JsonValue | undefined> {
  const id = parts.journal.next('signal', name);
  if (timeoutMs !== undefined && !(timeoutMs >= 0 && timeoutMs <= WAIT_MAX_MS)) {
    throw new TypeError(`op.waitForSignal «${id.name}»: timeoutMs must be a number of ms, at most ${WAIT_MAX_MS}`);
  }
  const known = parts.journal.find(id);
  if (known?.finished) return recall(known);
  await parts.onNew();
  const box = await parts.activity.run(() => parts.journal.persist(() => parts.loadSignals(id.name)));
  const next = box.received.find(({ sequence }) => !box.taken.has(sequence));
  if (next) {
    await take(parts, id, next, box);
    return valueOf(next.payload) ?? null;
  }
  return waitForNext(
    parts,
    id,
    box.pokes,
    known ? parts.journal.leftMs(known) : (timeoutMs ?? null),
    known !== undefined,
  );
}

/** Gives a signal out: at once, or in a race only when its branch wins or goes on. */
async function take(
  { journal, activity, branch }: StepParts,
  id: StepId,
  { sequence, payload }: ReceivedSignal,
  { taken }: SignalBox,
): Promise<void> {
  taken.add(sequence);
  const store = () => activity.run(() => journal.record(id, { output: payload, signalSequence: sequence }));
  if (!branch) return store();
  const release = () => {
    taken.delete(sequence);
    activity.distrust(id.name);
  };
  return branch.hold({ sequence, store, release });
}

/** What has come in under a name, and what of it has been given out in this attempt or before. */
export interface SignalBox {
  readonly pokes: number;
  readonly received: readonly ReceivedSignal[];
  readonly taken: Set<number>;
}

async function waitForNext(
  parts: StepParts,
  id: StepId,
  pokes: number,
  leftMs: number | null,
  begun: boolean,
): Promise<JsonValue | undefined> {
  if (leftMs !== null && leftMs <= 0) {
    const error = {
      code: ENGINE_ERROR_CODES.signalTimeout,
      message: `No signal «${id.name}» came in time.`,
      retryable: false,
      effect: 'none' as const,
    };
    await parts.activity.run(() => parts.journal.record(id, { error }));
    return recall({ output: null, error });
  }
  if (!begun) {
    await parts.activity.run(() => parts.journal.record(id, { finished: false, dueInMs: leftMs }));
  }
  return parts.activity.wait({ reason: 'signal', name: id.name, dueInMs: leftMs, pokes }, parts.waiter);
}
