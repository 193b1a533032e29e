/** One thing that can happen in a state, and the state after it. */
export interface Step<State, Label> {
  readonly label: Label;
  readonly after: State;
}

export interface Model<State, Label> {
  readonly initial: State;
  /** Everything that can happen next. */
  readonly next: (state: State) => readonly Step<State, Label>[];
  /** What a step breaks; null when it keeps every promise. */
  readonly broken: (before: State, step: Step<State, Label>) => string | null;
  /** The same for equal states only. */
  readonly keyOf: (state: State) => string;
}

export interface Verdict<State, Label> {
  readonly states: number;
  readonly steps: number;
  /** The shortest way to a broken promise; null when every reachable state keeps all of them. */
  readonly counterexample: { readonly promise: string; readonly path: readonly Step<State, Label>[] } | null;
}

interface Reached<State, Label> {
  readonly state: State;
  readonly from: number;
  readonly step: Step<State, Label> | null;
}

/**
 * Looks at every reachable state, nearest first, and stops at the first broken promise. Complete for a model with
 * finitely many states: nothing is sampled. Throws when there are more than `limit`, rather than claim what it did not see.
 */
export function check<State, Label>(model: Model<State, Label>, limit = 3_000_000): Verdict<State, Label> {
  const reached: Reached<State, Label>[] = [{ state: model.initial, from: -1, step: null }];
  const known = new Set([model.keyOf(model.initial)]);
  let steps = 0;
  for (let at = 0; at < reached.length; at += 1) {
    const { state } = reached[at] as Reached<State, Label>;
    for (const step of model.next(state)) {
      steps += 1;
      const promise = model.broken(state, step);
      if (promise !== null) {
        const path = [...pathTo(reached, at), step];
        return { states: reached.length, steps, counterexample: { promise, path } };
      }
      const key = model.keyOf(step.after);
      if (known.has(key)) continue;
      if (known.size >= limit) throw new Error(`the model has more than ${limit} states`);
      known.add(key);
      reached.push({ state: step.after, from: at, step });
    }
  }
  return { states: reached.length, steps, counterexample: null };
}

function pathTo<State, Label>(reached: readonly Reached<State, Label>[], end: number): Step<State, Label>[] {
  const path: Step<State, Label>[] = [];
  for (let at = end; at > 0;) {
    const { step, from } = reached[at] as Reached<State, Label>;
    if (step) path.unshift(step);
    at = from;
  }
  return path;
}
