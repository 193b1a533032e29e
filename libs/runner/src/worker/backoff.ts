const FIRST_MS = 50;
const LONGEST_MS = 5_000;

/**
 * Ms to wait after the `failures`-th failure in a row: doubled each time up to 5 s, between half of that and all of it,
 * so that the workers of a database that comes back do not all return in the same moment. `random` gives [0, 1).
 */
export function backoffAfter(failures: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return (ceiling / 2) * (1 + random());
}
