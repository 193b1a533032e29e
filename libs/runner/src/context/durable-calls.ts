import type { JsonValue, StepStore, TransactionScope } from '@holdfast/kernel';
import { call, type CallParts } from '../steps/call.js';
import type { Compensations } from '../steps/compensations.js';
import { runStep } from '../steps/run-step.js';
import type { StepOptions, StepScope } from '../steps/step-options.js';
import { transaction } from '../steps/transaction.js';
import { sleep, sleepUntil, type SignalOptions, waitForSignal } from '../steps/waits.js';

/** What of `op` is remembered across attempts (CONTRACT §6). */
export interface DurableCalls {
  /** Runs `fn` once; later attempts get what it returned. */
  readonly step: (
    name: string,
    fn: (scope: StepScope) => unknown,
    options?: StepOptions,
  ) => Promise<JsonValue | undefined>;
  /** Waits without holding a slot. */
  readonly sleep: (name: string, ms: number) => Promise<void>;
  readonly sleepUntil: (name: string, time: Date | string) => Promise<void>;
  /** The payload of the next signal of this name; throws `signal_timeout` after `timeoutMs`. */
  readonly waitForSignal: (name: string, options?: SignalOptions) => Promise<JsonValue | undefined>;
  /** The result of a child operation; throws its failure. */
  readonly call: (name: string, type: string, input?: unknown) => Promise<JsonValue | undefined>;
  /** The handler's SQL in this database, committed with the checkpoint. */
  readonly transaction: (name: string, fn: (scope: TransactionScope) => unknown) => Promise<JsonValue | undefined>;
  /** Registers what undoes the work if the operation fails for good or is canceled; the last one runs first. */
  readonly onFailure: (name: string, fn: (scope: StepScope) => unknown) => Promise<void>;
  /** Waits for all of them to end, then gives their results or throws the first failure. */
  readonly all: <Values extends readonly unknown[]>(
    promises: Values,
  ) => Promise<{ -readonly [K in keyof Values]: Awaited<Values[K]> }>;
}

export interface DurableParts extends CallParts {
  readonly store: StepStore;
  readonly compensations: Compensations;
}

export function durableCalls(parts: DurableParts): DurableCalls {
  const { claimed, store, compensations } = parts;
  const held = { uuid: claimed.uuid, shard: claimed.shard, fence: claimed.fence };
  const taken = new Map<string, Set<number>>();
  const loadSignals = async (name: string) => {
    const box = await store.loadSignals(held, name);
    return { ...box, taken: takenOf(name) };
  };

  /** Signals given out before, from the journal, and in this attempt. */
  function takenOf(name: string): Set<number> {
    const known = taken.get(name);
    if (known) return known;
    const given = parts.journal.all('signal').filter((record) => record.name === name);
    const fresh = new Set(given.flatMap((record) => record.signalSequence ?? []));
    taken.set(name, fresh);
    return fresh;
  }

  return {
    step: (name, fn, options) => runStep(parts, name, fn, options),
    sleep: (name, ms) => sleep(parts, name, ms),
    sleepUntil: (name, time) => sleepUntil(parts, name, time),
    waitForSignal: (name, options) => waitForSignal({ ...parts, loadSignals }, name, options),
    call: (name, type, input) => call(parts, name, type, input),
    transaction: (name, fn) => transaction(parts, name, fn),
    onFailure: (name, fn) => compensations.register(name, fn),
    all: allEnded,
  };
}

async function allEnded<Values extends readonly unknown[]>(
  promises: Values,
): Promise<{ -readonly [K in keyof Values]: Awaited<Values[K]> }> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as never;
}
