/** What one workload may cost. Nothing here depends on how fast the machine is. */
export interface Budget {
  /** Statements sent, by the name of their file in `libs/store/sql`. Each is one round trip and one commit. */
  readonly statements: Readonly<Record<string, number>>;
  /** Bytes of write-ahead log for each operation, on PostgreSQL 18 without full-page images. */
  readonly walBytes: number;
}

/** Operations in each workload: enough that a page which is split one operation earlier or later makes no difference. */
export const OPERATIONS = 400;

/**
 * The table that the cost gate holds the store against. Statements must be met exactly; the log may be up to
 * `WAL_HEADROOM` more or less. Whoever changes what a workload costs changes its line in the same commit and says why:
 * a cheaper one is written down too, so that it stays cheaper.
 */
export const BUDGETS = {
  'create, one after the other': { statements: { create: 400 }, walBytes: 1440 },
  // Those that come in one turn of the event loop share statements of 200.
  'create, 400 at once': { statements: { create: 2 }, walBytes: 1360 },
  // Claimed by the same statement: beside the claim, the due entry and the second version of the row are saved.
  'create into free slots, 400 at once': { statements: { create: 2 }, walBytes: 1140 },
  'replay, one after the other': { statements: { create: 400, 'find-by-key': 400 }, walBytes: 0 },
  'replay, 400 at once': { statements: { create: 2, 'find-by-key': 2 }, walBytes: 0 },
  'poll, one after the other': { statements: { find: 400 }, walBytes: 0 },
  'poll, 400 at once': { statements: { find: 2 }, walBytes: 0 },
  'request log, 400 at once': { statements: { 'log-requests': 2 }, walBytes: 385 },
  'claim and succeed, 400 at once': { statements: { claim: 1, finish: 2 }, walBytes: 930 },
  'claim and fail, 400 at once': { statements: { claim: 1, finish: 2 }, walBytes: 1665 },
  'claim and try again, 400 at once': { statements: { claim: 1, requeue: 2 }, walBytes: 1580 },
  'claim, ten steps, succeed, 400 at once': { statements: { claim: 1, 'record-step': 20, finish: 2 }, walBytes: 5080 },
} as const satisfies Readonly<Record<string, Budget>>;

export type Workload = keyof typeof BUDGETS;

/** Ids are random, so pages are split now here, now there: the log varies by one or two in a hundred. */
export const WAL_HEADROOM = 0.05;
/** Bytes that do not count, so that what writes nothing need not write exactly nothing. */
export const WAL_SLACK = 20;
