import { readFileSync } from 'node:fs';

/** What a ledger of `started` and `acknowledged` lines says, each with operation, step and token. */
export interface StepLedger {
  /** Token of each step, by operation and step, as it was acknowledged first. */
  readonly acknowledged: ReadonlyMap<string, string>;
  readonly executions: number;
  /** Executions of a step that had been executed before. */
  readonly repeated: number;
  readonly executedAfterAcknowledgement: readonly string[];
  /** Steps that were acknowledged with another outcome later on. */
  readonly acknowledgedDifferently: readonly string[];
}

/** Reads a ledger. Its lines are in the order of time: every writer appends. A half-written last line is left out. */
export function readStepLedger(file: string): StepLedger {
  const acknowledged = new Map<string, string>();
  const started = new Set<string>();
  const executedAfterAcknowledgement: string[] = [];
  const acknowledgedDifferently: string[] = [];
  let executions = 0;
  let repeated = 0;
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const [word, operation, step, token = ''] = line.split(' ');
    const key = `${operation} ${step}`;
    if (word === 'started') {
      executions += 1;
      if (started.has(key)) repeated += 1;
      started.add(key);
      if (acknowledged.has(key)) executedAfterAcknowledgement.push(line);
    } else {
      const first = acknowledged.get(key);
      if (first === undefined) acknowledged.set(key, token);
      else if (first !== token) acknowledgedDifferently.push(line);
    }
  }
  return { acknowledged, executions, repeated, executedAfterAcknowledgement, acknowledgedDifferently };
}
