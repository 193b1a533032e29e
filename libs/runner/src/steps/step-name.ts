import { isStepName, LIMITS } from '@holdfast/kernel';

const CALLS: Readonly<Record<string, string>> = {
  step: 'op.step',
  transaction: 'op.transaction',
  sleep: 'op.sleep',
  signal: 'op.waitForSignal',
  call: 'op.call',
  compensation: 'op.onFailure',
};

/** The name of a step; throws a TypeError that says what a name is. */
export function stepName(kind: string, name: unknown): string {
  if (typeof name === 'string' && isStepName(name)) return name;
  throw new TypeError(`${CALLS[kind] ?? kind} needs a name of 1 to ${LIMITS.stepNameLength} printable characters`);
}
