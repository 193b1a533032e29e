import { check, type Step, type Verdict } from './checker.js';
import type { Wrong } from './mutants.js';
import { clientSteps, leaseSteps, sweepSteps } from './others.js';
import { PROMISE_NAMES, type PromiseName, PROMISES } from './promises.js';
import { INITIAL, keyOf, type Label, type State } from './state.js';
import { workerSteps } from './worker.js';

export type ProtocolStep = Step<State, Label>;

/** Everything that anybody can do in a state. */
function next(state: State, wrong: Wrong): ProtocolStep[] {
  return [
    ...workerSteps(state, wrong),
    ...leaseSteps(state),
    ...sweepSteps(state, wrong),
    ...clientSteps(state, wrong),
  ];
}

/**
 * One operation under every order of what workers, the sweep, the client and the clock can do: the statements of
 * `libs/store/sql` as steps. It stands beside the tests of the statements themselves (`test/store`, `test/lifecycle`):
 * those show that the SQL does what a step says, this shows that such steps are enough. With two claims the
 * model has 148,000 states; with three it has 2.7 million, of which none breaks a promise either.
 *
 * Gives the shortest way to break one of these promises, or none.
 */
export function checkProtocol(
  wrong: Wrong,
  promises: readonly PromiseName[] = PROMISE_NAMES,
  onStep: (before: State, step: ProtocolStep) => void = () => undefined,
): Verdict<State, Label> {
  return check<State, Label>({
    initial: INITIAL,
    keyOf,
    next: (state) => next(state, wrong),
    broken: (before, step) => {
      onStep(before, step);
      return promises.find((promise) => PROMISES[promise](before, step)) ?? null;
    },
  });
}
