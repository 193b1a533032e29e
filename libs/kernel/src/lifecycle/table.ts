import { STATUSES, type Status } from './status.js';

/** Everything that can happen to an operation after it was created. */
export const EVENTS = [
  'claim',
  'succeed',
  'retry',
  'fail',
  'suspend',
  'lose',
  'cancel',
  'yield-canceled',
  'expire',
  'resume',
] as const;
export type LifecycleEvent = (typeof EVENTS)[number];

/** What must hold, beside the status, before the edge is taken. The store enforces each guard inside the statement. */
export type Guard = 'due' | 'fence' | 'lease-expired' | 'cancel-requested' | 'deadline-passed' | 'explicit-request';

/** Which counter the edge moves. `attempt.number` is 1 with the first claim and never restarts. */
export type Counter = 'fence' | 'attempt' | 'lost' | 'max';

export interface Edge {
  readonly event: LifecycleEvent;
  readonly from: Status;
  readonly to: Status;
  readonly guard: Guard;
  readonly counts: readonly Counter[];
  /** What the edge means, in one sentence for documents and legends. */
  readonly meaning: string;
}

/**
 * The state machine of CONTRACT §2, one row an edge. SQL statements receive the statuses they compare from here, the
 * exhaustive test holds every status × event of a real row against it, and `README.md` draws it.
 */
export const LIFECYCLE: readonly Edge[] = [
  edge('claim', 'pending', 'running', 'due', ['fence', 'attempt'], 'a worker takes a due operation under a lease'),
  edge('succeed', 'running', 'succeeded', 'fence', [], 'the handler returned'),
  edge('retry', 'running', 'pending', 'fence', ['attempt'], 'the handler failed and may try again after its backoff'),
  edge('fail', 'running', 'failed', 'fence', [], 'the error is permanent or the attempts are spent'),
  edge('suspend', 'running', 'pending', 'fence', [], 'the handler waits for a timer, a signal or a child'),
  edge('lose', 'running', 'pending', 'lease-expired', ['lost', 'attempt', 'max'], 'the worker stopped renewing'),
  edge('lose', 'running', 'failed', 'lease-expired', ['lost'], 'too many leases were lost: the work kills its worker'),
  edge('lose', 'running', 'canceled', 'lease-expired', ['lost'], 'the lease ended after a cancel was requested'),
  edge('cancel', 'pending', 'canceled', 'explicit-request', [], 'canceled before it ran'),
  edge('cancel', 'running', 'running', 'explicit-request', [], 'the request is recorded; the handler is told to stop'),
  edge('yield-canceled', 'running', 'canceled', 'cancel-requested', [], 'the handler stopped because it was asked to'),
  edge('expire', 'pending', 'failed', 'deadline-passed', [], 'the deadline passed before it finished'),
  edge('expire', 'running', 'failed', 'deadline-passed', [], 'the deadline passed while it ran'),
  edge('resume', 'failed', 'pending', 'explicit-request', ['attempt', 'max'], 'a person asked for more attempts'),
];

function edge(
  event: LifecycleEvent,
  from: Status,
  to: Status,
  guard: Guard,
  counts: readonly Counter[],
  meaning: string,
): Edge {
  return { event, from, to, guard, counts, meaning };
}

/** Edges that leave `from` on `event`; empty when the table forbids the event in that status. */
export function edgesFor(from: Status, event: LifecycleEvent): readonly Edge[] {
  return LIFECYCLE.filter((row) => row.from === from && row.event === event);
}

/** Statuses in which `event` is allowed: the parameter a guarded statement compares the row with. */
export function sourcesOf(event: LifecycleEvent): Status[] {
  return STATUSES.filter((status) => edgesFor(status, event).length > 0);
}

/** The one status `event` leads to. Throws for an event with several targets, which needs the guard to decide. */
export function targetOf(event: LifecycleEvent): Status {
  const targets = new Set(LIFECYCLE.filter((row) => row.event === event).map((row) => row.to));
  const [only] = targets;
  if (targets.size !== 1 || only === undefined) throw new TypeError(`the event ${event} has ${targets.size} targets`);
  return only;
}
