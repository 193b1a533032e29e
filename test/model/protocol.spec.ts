import { describe, expect, test } from '@jest/globals';
import { EVENTS } from '@holdfast/kernel';
import { statementNames } from '@holdfast/store';
import { check, type Verdict } from './checker.js';
import { type Mutant, MUTANT_NAMES, MUTANTS } from './mutants.js';
import { checkProtocol } from './protocol.js';
import { PROMISE_NAMES, repeatsTheStep } from './promises.js';
import { type Label, type State } from './state.js';

/** The way to a broken promise, one line a step, as a person reads it. */
function story({ counterexample }: Verdict<State, Label>): string {
  if (!counterexample) return '';
  const lines = counterexample.path.map(
    ({ label: { who, what, sql } }) => `  ${who} ${what}${sql ? ` (${sql}.sql)` : ''}`,
  );
  return [counterexample.promise, ...lines].join('\n');
}

describe('the protocol of leases, fences and checkpoints, in every order in which things can happen', () => {
  test('keeps every promise', () => {
    const events = new Set<string | null>();
    const statements = new Set<string | null>();
    const taken = { refusals: 0, lostAnswers: 0, repeatsByStaleWorkers: 0, overtaken: 0 };
    let steps = 0;
    const verdict = checkProtocol(null, PROMISE_NAMES, (before, step) => {
      const { event, sql, what } = step.label;
      steps += 1;
      events.add(event);
      statements.add(sql);
      if (what.startsWith('is refused')) taken.refusals += 1;
      if (what.endsWith('hears nothing')) taken.lostAnswers += 1;
      if (event === 'claim' && before.attempts.some(({ phase }) => phase !== 'done')) taken.overtaken += 1;
      if (repeatsTheStep(before, step)) taken.repeatsByStaleWorkers += 1;
    });
    expect(story(verdict)).toBe('');
    process.stdout.write(`model: ${verdict.states} states, ${steps} steps, ${JSON.stringify(taken)}\n`);
    // A model in which something never happens would promise it for nothing.
    expect([...events].filter((event) => event !== null).sort()).toEqual([...EVENTS].sort());
    for (const count of Object.values(taken)) expect(count).toBeGreaterThan(1_000);
    expect(statementNames()).toEqual(expect.arrayContaining([...statements].filter((sql) => sql !== null)));
  }, 240_000);

  const seeded = MUTANT_NAMES.flatMap((name) =>
    MUTANTS[name].breaks.map((promise) => ({ ...MUTANTS[name], name, promise })),
  );

  test.each(seeded)('is caught with $what: $promise', ({ name, promise }) => {
    const { counterexample } = checkProtocol(name, [promise]);
    expect(counterexample?.promise).toBe(promise);
  });

  test.each([
    {
      name: 'checkpointTakesNoLock',
      promise: 'I5: a step whose commit was acknowledged is never executed again',
      way: [
        'claim 1 sends checkpoint',
        'claim 2 reads its steps',
        'claim 1 commits checkpoint',
        'claim 2 executes the step',
      ],
    },
    {
      name: 'suspendIgnoresPokes',
      promise: 'what is pending is due, or waits for something that has not come',
      way: ['claim 1 reads its signals', 'client sends the signal', 'claim 1 commits suspend'],
    },
  ] satisfies { name: Mutant; promise: (typeof PROMISE_NAMES)[number]; way: string[] }[])(
    'tells how $name would break it, in order',
    ({ name, promise, way }) => {
      const told = story(checkProtocol(name, [promise]));
      const places = way.map((line) => told.indexOf(line));
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places).not.toContain(-1);
    },
  );
});

describe('the checker', () => {
  const counter = (limit: number) => ({
    initial: 0,
    keyOf: String,
    next: (state: number) => [1, 2].map((by) => ({ label: `+${by}`, after: Math.min(state + by, limit) })),
    broken: (_: number, { after }: { readonly after: number }) => (after === 7 ? 'never seven' : null),
  });

  test('finds the shortest way to a broken promise', () => {
    const { counterexample } = check(counter(9));
    expect(counterexample).toMatchObject({ promise: 'never seven' });
    expect(counterexample?.path.map(({ after }) => after).at(-1)).toBe(7);
    expect(counterexample?.path).toHaveLength(4);
  });

  test('says that nothing breaks only after it has seen every state', () => {
    expect(check(counter(6))).toEqual({ states: 7, steps: 14, counterexample: null });
  });

  test('gives up rather than claim what it did not see', () => {
    expect(() => check(counter(1_000_000), 5)).toThrow('more than 5 states');
  });
});
