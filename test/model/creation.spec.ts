import { describe, expect, test } from '@jest/globals';
import { checkCreation, CREATION_MUTANTS, type CreationMutant } from './creation.js';

const story = ({ counterexample }: ReturnType<typeof checkCreation>) =>
  counterexample ? [counterexample.promise, ...counterexample.path.map(({ label }) => label)].join('\n') : '';

describe('creating with a key, in every order of clients, lost answers, rollbacks and a purge', () => {
  test('makes one operation at most, and loses none that was acknowledged', () => {
    const verdict = checkCreation(null);
    expect(story(verdict)).toBe('');
    process.stdout.write(`model of creation: ${verdict.states} states, ${verdict.steps} steps\n`);
    expect(verdict.states).toBeGreaterThan(50);
  });

  test.each(Object.keys(CREATION_MUTANTS) as CreationMutant[])('is caught with %s', (name) => {
    expect(checkCreation(name).counterexample?.promise).toBe(CREATION_MUTANTS[name].breaks);
  });
});
