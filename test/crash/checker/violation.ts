/** The invariants of the contract (§8), what it says of single calls (§3, §6, §7), and that everything ends one day. */
export const PROMISES = {
  I1: 'one operation at most for a tenant and key',
  I2: 'an acknowledged create is never lost',
  I3: 'only edges of the lifecycle, each recorded',
  I4: 'a worker whose lease was lost commits nothing',
  I5: 'a step whose commit was acknowledged is never executed again',
  I6: 'an end never changes, whoever looks; a failed one by resume only',
  I7: 'a replay is never refused, and what was created is found',
  I8: 'nothing crosses a tenant',
  I9: 'time is the database’s',
  I10: 'drains lose nothing',
  cancel: 'a cancel that was recorded is never forgotten',
  resume: 'the same key never resumes twice, and what it resumed is recorded',
  signal: 'a signal is kept until it is asked for, and given out once',
  child: 'a call creates one operation, and hands on its outcome',
  erase: 'what was erased is gone, and its key never runs again',
  fault: 'a fault of ours is never answered 500',
  end: 'an operation ends as its work, its client or its deadline decides',
  live: 'every operation comes to an end',
} as const;

export type PromiseName = keyof typeof PROMISES;

/** A promise that was not kept, and what shows it. */
export interface Violation {
  readonly promise: PromiseName;
  readonly what: string;
}
