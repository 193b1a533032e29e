import type { JsonValue, OperationError, StepId, StepRecord } from '@holdfast/kernel';
import { StopError } from '../attempt/stop-reason.js';
import { outcomeOfThrown } from '../context/handler-failure.js';
import type { Waiter } from './activity.js';
import { Branch, type HeldSignal } from './branch.js';
import { outputText, recordedFailure } from './output.js';
import type { StepParts } from './run-step.js';

/** The branches of a race by their labels: functions, because the branches of a race that is over must not begin. */
export type RaceBranches = Readonly<Record<string, () => unknown>>;

/** Which branch has won, and what it came to. A union by label, so that `winner` tells the type of `value`. */
export type RaceResult<Branches extends RaceBranches> = {
  [Label in keyof Branches & string]: { readonly winner: Label; readonly value: Awaited<ReturnType<Branches[Label]>> };
}[keyof Branches & string];

/** How a race ended, as it is stored: with the calls that its branches had begun. */
interface StoredRace {
  readonly winner: string;
  readonly value?: JsonValue;
  readonly begun: readonly StepId[];
}

interface Finish {
  readonly label: string;
  /** What the winner still holds: it is stored with the win. */
  readonly signal: HeldSignal | null;
  readonly value?: unknown;
  readonly thrown?: { readonly error: unknown };
}

/**
 * `op.race`: the first of its branches to end decides, and that is stored as a step of this name: every later run gets
 * the same winner, whatever else has come in since, and its branches are not run again. A failure that is for good is an
 * outcome like any other; one that may be tried again is thrown, and leaves the race open for the next attempt.
 */
export async function race(parts: StepParts, name: unknown, branches: unknown): Promise<unknown> {
  const id = parts.journal.next('step', name);
  const functions = readBranches(id.name, branches);
  const known = parts.journal.find(id);
  if (known?.finished) return recallRace(parts, known);
  await parts.onNew();
  const begun: StepId[] = [];
  const { label, value, thrown, signal } = await first(functions, begun, parts.waiter);
  if (parts.signal.aborted || (thrown && !isFinal(thrown.error))) {
    signal?.release();
    throw parts.signal.aborted ? parts.signal.reason : thrown?.error;
  }
  const error = thrown ? errorOf(thrown.error) : null;
  const stored = { winner: label, value: thrown ? undefined : value, begun };
  const output = outputText(`The race «${id.name}»`, stored);
  await parts.activity.run(() => parts.journal.record(id, { output, error, signalSequence: signal?.sequence ?? null }));
  return resultOf(output, error).result();
}

/** Begins every branch, in the order in which they are written, and resolves with the one that ends first. */
function first(
  functions: readonly (readonly [string, () => unknown])[],
  begun: StepId[],
  waiter: Waiter,
): Promise<Finish> {
  const end = new AbortController();
  return new Promise((resolve) => {
    for (const [label, begin] of functions) {
      const branch = new Branch({ over: end.signal, waiter, begun });
      const win = (how: Pick<Finish, 'value' | 'thrown'>) => {
        if (end.signal.aborted) return;
        const signal = branch.takeSignal();
        end.abort(new StopError('race_lost'));
        resolve({ label, signal, ...how });
      };
      branch
        .run(async () => begin())
        .then(
          (value) => win({ value }),
          (error: unknown) => win({ thrown: { error } }),
        );
    }
  });
}

function recallRace({ journal }: StepParts, { output, error }: StepRecord): unknown {
  const { begun, result } = resultOf(output, error);
  journal.pass(begun);
  return result();
}

function resultOf(output: string | null, error: OperationError | null) {
  const { winner, value, begun } = JSON.parse(output ?? '{}') as StoredRace;
  const result = () => {
    if (error) throw recordedFailure(error);
    return { winner, value };
  };
  return { begun: begun ?? [], result };
}

function isFinal(error: unknown): boolean {
  return outcomeOfThrown(error).kind === 'failed-for-good';
}

function errorOf(thrown: unknown): OperationError | null {
  const outcome = outcomeOfThrown(thrown);
  return outcome.kind === 'returned' ? null : outcome.error;
}

function readBranches(name: string, branches: unknown): [string, () => unknown][] {
  const entries = Object.entries(branches ?? {}) as [string, unknown][];
  if (entries.length > 0 && entries.every(([, begin]) => typeof begin === 'function')) {
    return entries as [string, () => unknown][];
  }
  throw new TypeError(`op.race «${name}» needs branches: { label: () => op.waitForSignal('…'), … }`);
}
