import { PROMISES, type PromiseName } from './checker/violation.js';
import { FAULT_NAMES, FAULTS } from './faults/faults.js';
import type { Figures } from './figures.js';

/** Trials of each promise: what could have gone wrong so many times. */
const TRIALS: Readonly<Record<PromiseName, string>> = {
  I1: 'creates acknowledged',
  I2: 'creates acknowledged',
  I3: 'operations',
  I4: 'leases lost',
  I5: 'step executions',
  I6: 'requests',
  I7: 'replays',
  I8: 'requests',
  I9: 'operations',
  I10: 'processes drained',
  cancel: 'cancels acknowledged',
  resume: 'resumes acknowledged',
  signal: 'signals acknowledged',
  child: 'operations called by others',
  erase: 'operations erased',
  fault: 'requests',
  end: 'operations',
  live: 'operations',
};

/** Never a bare zero: no failure in n trials bounds the rate by 3/n, with 95 % confidence («rule of three»). */
export function boundOf(trials: number): string {
  return trials === 0 ? 'no trial' : `< ${(300 / trials).toPrecision(2)} %`;
}

/** The report as Markdown tables. */
export function reportText(figures: Figures): string {
  const { counters, faults, unchecked, violations } = figures;
  const promises = (Object.keys(PROMISES) as PromiseName[]).map((name) => {
    const broken = violations.filter(({ promise }) => promise === name).length;
    const trials = counters[TRIALS[name]] ?? 0;
    return [name, PROMISES[name], String(broken), `${trials} ${TRIALS[name]}`, broken === 0 ? boundOf(trials) : '–'];
  });
  const kinds = FAULT_NAMES.map((name) => [
    name,
    name in unchecked ? 'NOT CHECKED' : String(faults[name].done),
    FAULTS[name].kills ? 'yes' : 'no',
    String(faults[name].hit),
  ]);
  return [
    table(['promise', '', 'broken', 'trials', '95 % bound'], promises),
    table(['fault', 'times', 'ends a process', 'caught in the middle'], kinds),
    table(
      ['what happened', 'times'],
      Object.entries(counters).map(([name, n]) => [name, String(n)]),
    ),
    ...Object.entries(unchecked).map(([name, why]) => `NOT CHECKED: ${name}: ${why}.`),
    ...violations.slice(0, 20).map(({ promise, what }) => `- ${promise}: ${what}`),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
