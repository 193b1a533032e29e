/**
 * What was seen of one program outside of the database, across all workers that ran it: every execution, and what the
 * program was told had happened. Whatever is seen twice that may be seen once is a violation.
 */
export class Witness {
  /** How often the operation has been resumed. */
  resumes = 0;
  readonly violations: string[] = [];
  /** Executions of a step that came to their end, by operation and place. */
  readonly completions = new Map<string, number>();
  readonly acknowledged = new Map<string, unknown>();
  /** Ids of the children that a call has created, in the order in which they were first run. */
  readonly children = new Map<string, Set<string>>();
  /** Places that are transactions. */
  readonly transactions: string[] = [];
  /** Winners of races, once for every run that came by. */
  readonly racesWon: string[] = [];
  private readonly failures = new Map<string, number>();
  private tokens = 0;

  /** A step is being executed; gives what makes this execution different from any other. */
  executes(place: string): number {
    if (this.acknowledged.has(place)) this.violations.push(`${place} was executed after it had been acknowledged`);
    this.tokens += 1;
    return this.tokens;
  }

  completes(place: string): void {
    this.completions.set(place, (this.completions.get(place) ?? 0) + 1);
  }

  /** The program was told what came out of a place; it must be the same each time. */
  acknowledges(place: string, outcome: unknown): void {
    if (!this.acknowledged.has(place)) this.acknowledged.set(place, outcome);
    const first = this.acknowledged.get(place);
    if (first !== outcome) this.violations.push(`${place} was ${String(first)} first, then ${String(outcome)}`);
  }

  /** True for the first `times` calls for this place. */
  failsAgain(place: string, times: number): boolean {
    const failed = this.failures.get(place) ?? 0;
    if (failed >= times) return false;
    this.failures.set(place, failed + 1);
    return true;
  }

  sawChild(call: string, id: string): void {
    const known = this.children.get(call) ?? new Set();
    this.children.set(call, known.add(id));
  }
}
