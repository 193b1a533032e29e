import { FAULT_NAMES } from './faults/faults.js';
import { type Figures, noFaults } from './figures.js';

/** The figures of several rounds as those of one; the seed is that of the first. */
export function addUp(rounds: readonly Figures[]): Figures {
  const faults = noFaults();
  const counters: Record<string, number> = {};
  for (const round of rounds) {
    for (const name of FAULT_NAMES) {
      faults[name].done += round.faults[name].done;
      faults[name].hit += round.faults[name].hit;
      faults[name].missed += round.faults[name].missed;
    }
    for (const [name, n] of Object.entries(round.counters)) counters[name] = (counters[name] ?? 0) + n;
  }
  return {
    seed: rounds[0]?.seed ?? 0,
    seconds: rounds.reduce((sum, { seconds }) => sum + seconds, 0),
    faults,
    unchecked: Object.assign({}, ...rounds.map(({ unchecked }) => unchecked)) as Figures['unchecked'],
    counters,
    violations: rounds.flatMap(({ violations }) => violations),
  };
}
