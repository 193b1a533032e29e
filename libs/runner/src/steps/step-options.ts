import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '@holdfast/kernel';

/** What the function of a step is called with. */
export interface StepScope {
  /** Aborts when the step should stop: its time-out, or whatever stops the handler. */
  readonly signal: AbortSignal;
}

export type ProbeAnswer =
  'not-done' | 'unknown' | { readonly outcome: 'done' | 'not-done' | 'unknown'; readonly result?: unknown };

export interface StepOptions {
  /** Tries the step again in place; without it a failure is left to the policy of the operation. */
  readonly retry?: RetryPolicy;
  /** Ms one try may take. */
  readonly timeoutMs?: number;
  /** `never`: the step must not run twice, so its start is stored before it runs. */
  readonly rerun?: 'never';
  /** Finds out how a step ended that was begun and not recorded. */
  readonly probe?: (scope: StepScope) => ProbeAnswer | Promise<ProbeAnswer>;
}

const MEMBERS: readonly (keyof StepOptions)[] = ['retry', 'timeoutMs', 'rerun', 'probe'];

/** Options as they are used; throws a TypeError that names what is wrong. */
export function readStepOptions(step: string, told: StepOptions): StepOptions {
  const wrong = (what: string) => new TypeError(`op.step «${step}»: ${what}`);
  for (const member of Object.keys(told)) {
    if (!(MEMBERS as readonly string[]).includes(member)) throw wrong(`there is no option «${member}»`);
  }
  const { retry, timeoutMs, rerun, probe } = told;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw wrong('timeoutMs must be a number of ms above 0');
  if (rerun !== undefined && rerun !== 'never') throw wrong("rerun can only be 'never'");
  if (probe !== undefined && typeof probe !== 'function') throw wrong('probe must be a function');
  if (probe !== undefined && rerun !== 'never') throw wrong("probe needs rerun: 'never'");
  if (retry !== undefined && rerun === 'never') throw wrong("retry and rerun: 'never' exclude each other");
  if (retry === undefined) return told;
  const policy = { ...DEFAULT_RETRY_POLICY, ...retry };
  if (!Number.isInteger(policy.maxAttempts) || policy.maxAttempts < 1)
    throw wrong('retry.maxAttempts must be 1 or more');
  return { ...told, retry: policy };
}
