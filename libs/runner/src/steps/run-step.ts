import {
  backoffMs,
  type Clock,
  ENGINE_ERROR_CODES,
  type JsonValue,
  pause,
  type RetryPolicy,
  type StepId,
  type StepRecord,
} from '@holdfast/kernel';
import { outcomeOfThrown, permanentFailure, retryableFailure } from '../context/handler-failure.js';
import type { Activity, Waiter } from './activity.js';
import type { Branch } from './branch.js';
import type { Journal } from './journal.js';
import { outputText, recall, recordedFailure, valueOf } from './output.js';
import type { ObserveStep } from './observe-step.js';
import { readStepOptions, type StepOptions, type StepScope } from './step-options.js';

export interface StepParts {
  readonly journal: Journal;
  readonly activity: Pick<Activity, 'run' | 'wait' | 'distrust'>;
  readonly clock: Clock;
  /** The database's time, in ms since the epoch; late by what the claim took to arrive, and never early. */
  readonly databaseMs: () => number;
  readonly random: () => number;
  /** Aborts when the handler, or the branch of a race that makes the call, should stop. */
  readonly signal: AbortSignal;
  readonly waiter: Waiter;
  /** The branch of a race that makes the call; null outside of races. */
  readonly branch: Branch | null;
  /** Called before anything runs for the first time; never settles while the operation is being undone. */
  readonly onNew: () => Promise<void>;
  /** True when a failure of this attempt is final. */
  readonly lastAttempt: boolean;
  readonly observe: ObserveStep;
}

type StepFunction = (scope: StepScope) => unknown;

/** `op.step`: runs `fn` once, stores what it returns, and returns that on every later attempt. */
export async function runStep(
  parts: StepParts,
  name: unknown,
  fn: StepFunction,
  told: StepOptions = {},
): Promise<JsonValue | undefined> {
  const id = parts.journal.next('step', name);
  const options = readStepOptions(id.name, told);
  if (typeof fn !== 'function') throw new TypeError(`op.step «${id.name}» needs a function`);
  const known = parts.journal.find(id);
  if (known?.finished) return recall(known);
  await parts.onNew();
  const begin = async () => {
    if (options.rerun === 'never') {
      if (known) return decideUnknown(parts, id, known, fn, options);
      // A step that was told to stop before it began leaves no start behind which somebody would have to decide about.
      if (parts.signal.aborted) throw parts.signal.reason;
      await parts.journal.record(id, { finished: false });
    }
    return execute(parts, id, fn, options);
  };
  return parts.activity.run(() => parts.observe(id, begin));
}

async function execute(
  parts: StepParts,
  id: StepId,
  fn: StepFunction,
  options: StepOptions,
): Promise<JsonValue | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const output = outputText(`The step «${id.name}»`, await once(parts, id, fn, options));
      await parts.journal.record(id, { output });
      return valueOf(output);
    } catch (error) {
      await failOrGoOn(parts, id, options.retry ?? null, attempt, error);
    }
  }
}

/**
 * A step without a policy of its own leaves its failure to the operation. One with a policy is tried again here; when
 * its attempts are spent, or the failure is permanent, that is the step's outcome, and it is stored.
 */
async function failOrGoOn(
  parts: StepParts,
  id: StepId,
  policy: RetryPolicy | null,
  attempt: number,
  error: unknown,
): Promise<void> {
  if (policy === null || parts.signal.aborted) throw error;
  const outcome = outcomeOfThrown(error);
  if (outcome.kind === 'failed' && attempt < policy.maxAttempts) {
    await pause(parts.clock, outcome.retryAfterMs ?? backoffMs(policy, attempt, parts.random), parts.signal);
    if (parts.signal.aborted) throw error;
    return;
  }
  if (outcome.kind === 'returned') throw error;
  await parts.journal.record(id, { error: outcome.error });
  throw recordedFailure(outcome.error);
}

/** Runs the function under the signal of the attempt and the time-out of the step. */
async function once(parts: StepParts, id: StepId, fn: StepFunction, options: StepOptions): Promise<unknown> {
  const { signal } = parts;
  if (signal.aborted) throw signal.reason;
  if (options.timeoutMs === undefined) return fn({ signal });
  const stop = new AbortController();
  const passOn = () => stop.abort(signal.reason);
  signal.addEventListener('abort', passOn, { once: true });
  let takeBack = () => undefined as void;
  const tooLong = new Promise<never>((_, reject) => {
    takeBack = parts.clock.after(options.timeoutMs as number, () => {
      const error = stepTimeout(id.name);
      stop.abort(error);
      reject(error);
    });
  });
  try {
    return await Promise.race([fn({ signal: stop.signal }), tooLong]);
  } finally {
    takeBack();
    signal.removeEventListener('abort', passOn);
  }
}

function stepTimeout(name: string): Error {
  return retryableFailure(ENGINE_ERROR_CODES.stepTimeout, `The step «${name}» took longer than it may.`);
}

/**
 * A step that must not run twice was begun, and nobody knows how it ended. Its probe may know; otherwise a person must
 * say, and until then the operation is failed.
 */
async function decideUnknown(
  parts: StepParts,
  id: StepId,
  known: StepRecord,
  fn: StepFunction,
  options: StepOptions,
): Promise<JsonValue | undefined> {
  const answer = await ask(parts, options);
  if (answer?.outcome === 'done') {
    const output = outputText(`The probe of «${id.name}»`, answer.result);
    await parts.journal.record(id, { output });
    return valueOf(output);
  }
  if (answer?.outcome === 'not-done') {
    await parts.journal.record(id, { finished: false });
    return execute(parts, id, fn, options);
  }
  throw permanentFailure(
    ENGINE_ERROR_CODES.outcomeUnknown,
    `Nobody knows whether the step «${id.name}» has taken effect. Find out, and resume with the decision.`,
    { effect: 'unknown', details: { step: id.name, startedUnderFence: known.fence } },
  );
}

async function ask(parts: StepParts, options: StepOptions): Promise<{ outcome: string; result?: unknown } | null> {
  if (!options.probe) return null;
  try {
    const answer = await options.probe({ signal: parts.signal });
    return typeof answer === 'string' ? { outcome: answer } : answer;
  } catch (error) {
    // The probe may work next time; when there is none, nobody has answered. One that was told to stop has not failed.
    if (!parts.lastAttempt || parts.signal.aborted) throw error;
    return null;
  }
}
