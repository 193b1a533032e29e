import type { JsonValue, StepStore, TransactionScope } from '@holdfast/kernel';
import type { Activity } from '../steps/activity.js';
import { call, type CallParts } from '../steps/call.js';
import { currentBranch } from '../steps/branch.js';
import type { Compensations } from '../steps/compensations.js';
import { DurablePromise } from '../steps/durable-promise.js';
import { race, type RaceBranches, type RaceResult } from '../steps/race.js';
import { runStep } from '../steps/run-step.js';
import type { StepOptions, StepScope } from '../steps/step-options.js';
import { transaction } from '../steps/transaction.js';
import { type SignalBox, type SignalOptions, sleep, sleepUntil, waitForSignal } from '../steps/waits.js';

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
  /** Runs the branches side by side; the first to end wins, and stays the winner on every later run. */
  readonly race: <Branches extends RaceBranches>(name: string, branches: Branches) => Promise<RaceResult<Branches>>;
}

export interface DurableParts extends Omit<CallParts, 'waiter' | 'branch'> {
  readonly activity: Activity;
  readonly store: StepStore;
  readonly compensations: Compensations;
}

export function durableCalls(parts: DurableParts): DurableCalls {
  const { store, compensations } = parts;
  const loadSignals = signalBoxes(parts);
  const made = <Result>(call: (parts: CallParts) => Promise<Result>) => makeCall(parts, call);
  return {
    step: (name, fn, options) => made((own) => runStep(own, name, fn, options)),
    sleep: (name, ms) => made((own) => sleep(own, name, ms)),
    sleepUntil: (name, time) => made((own) => sleepUntil(own, name, time)),
    waitForSignal: (name, options) => made((own) => waitForSignal({ ...own, loadSignals }, name, options)),
    call: (name, type, input) => made((own) => call(own, name, type, input)),
    transaction: (name, fn) => made((own) => transaction({ ...own, store }, name, fn)),
    onFailure: (name, fn) => compensations.register(name, fn),
    all: allEnded,
    race: (name, branches) => made((own) => race(own, name, branches) as Promise<RaceResult<typeof branches>>),
  };
}

/** Makes a durable call for whoever makes it: the handler, or the branch of a race whose code runs now. */
function makeCall<Result>(parts: DurableParts, call: (parts: CallParts) => Promise<Result>): Promise<Result> {
  const { activity, signal } = parts;
  const branch = currentBranch();
  const own = { awaited: false, signal, withdrawn: null };
  const result = branch
    ? branch.outcome(() => call({ ...parts, ...branch.partsOf(parts, own), branch }))
    : call({ ...parts, waiter: own, branch });
  return DurablePromise.of(result, () => {
    own.awaited = true;
    activity.look();
  });
}

/** Signals of a name, and which of them were given out: before, as the journal tells, or in this attempt. */
function signalBoxes({ claimed, store, journal }: DurableParts): (name: string) => Promise<SignalBox> {
  const { uuid, shard, fence } = claimed;
  const boxes = new Map<string, Set<number>>();
  const takenOf = (name: string) => {
    const known = boxes.get(name);
    if (known) return known;
    // The win of a branch of a race gives out the signal that the branch held.
    const given = [...journal.all('signal'), ...journal.all('step')];
    const taken = new Set(given.flatMap((record) => record.signalSequence ?? []));
    boxes.set(name, taken);
    return taken;
  };
  return async (name) => ({ ...(await store.loadSignals({ uuid, shard, fence }, name)), taken: takenOf(name) });
}

async function allEnded<Values extends readonly unknown[]>(
  promises: Values,
): Promise<{ -readonly [K in keyof Values]: Awaited<Values[K]> }> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as never;
}
