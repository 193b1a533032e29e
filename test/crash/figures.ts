import type { Violation } from './checker/violation.js';
import type { Evidence } from './evidence/evidence.js';
import { isAccepted, isUnknown } from './evidence/exchange.js';
import { FAULT_NAMES, FAULTS, type FaultName } from './faults/faults.js';

/** How often a kind of fault was done, and what it caught in the middle. */
export interface FaultCount {
  done: number;
  hit: number;
  /** Times it lay in wait for what never came. */
  missed: number;
}

export type FaultCounts = Record<FaultName, FaultCount>;

export function noFaults(): FaultCounts {
  const none = FAULT_NAMES.map((name) => [name, { done: 0, hit: 0, missed: 0 }]);
  return Object.fromEntries(none) as FaultCounts;
}

/** What a run really did: a promise that was kept where nothing happened proves nothing. */
export interface Figures {
  readonly seed: number;
  readonly seconds: number;
  readonly faults: FaultCounts;
  readonly counters: Readonly<Record<string, number>>;
  readonly violations: readonly Violation[];
}

/** Counts what must not be zero. The names are those of the report. */
export function countersOf(evidence: Evidence, faults: FaultCounts): Record<string, number> {
  const { history, effects, snapshot, staleWrites, drains } = evidence;
  const creates = history.filter(({ action }) => action === 'create');
  const uncertain = new Set(creates.filter(isUnknown).map(({ tenant, key }) => `${tenant}/${key}`));
  const begun = new Map<string, number>();
  for (const { word, uuid, step } of effects) {
    if (word === 'started') begun.set(`${uuid} ${step}`, (begun.get(`${uuid} ${step}`) ?? 0) + 1);
  }
  return {
    operations: snapshot.operations.length,
    'creates acknowledged': creates.filter(isAccepted).length,
    requests: history.length,
    'requests of unknown effect': history.filter(isUnknown).length,
    'creates in doubt that had arrived': snapshot.operations.filter((row) => uncertain.has(`${row.tenant}/${row.key}`))
      .length,
    replays: creates.filter(({ answer }) => answer?.replayed).length,
    'reads of another tenant’s operation refused': history.filter(
      ({ action, answer }) => action === 'probe' && answer?.status === 404,
    ).length,
    'processes killed': FAULT_NAMES.filter((name) => FAULTS[name].kills).reduce(
      (sum, name) => sum + faults[name].done,
      0,
    ),
    'leases lost': snapshot.operations.reduce((sum, { lost }) => sum + lost, 0),
    'operations run by several workers': snapshot.operations.filter(({ fence }) => fence > 1).length,
    'step executions': [...begun.values()].reduce((sum, times) => sum + times, 0),
    'steps executed again, never acknowledged before': [...begun.values()].filter((times) => times > 1).length,
    'transactions booked': snapshot.booked.length,
    'stale writes attempted': staleWrites.length,
    'stale writes refused': staleWrites.filter(({ rows }) => rows === 0).length,
    'processes drained': drains.length,
    'operations failed as they should': snapshot.operations.filter(({ status }) => status === 'failed').length,
    'operations that killed their worker and ended': snapshot.operations.filter(
      ({ error }) => error?.code === 'worker_lost',
    ).length,
    'operations retried after a failure': snapshot.attempts.filter(({ outcome }) => outcome === 'retry').length,
  };
}

/** Names of the counters and faults that are zero: such a run is void. */
export function vacuous({ counters, faults }: Figures): string[] {
  return [
    ...Object.entries(counters)
      .filter(([, n]) => n === 0)
      .map(([name]) => name),
    ...FAULT_NAMES.filter((name) => faults[name].done === 0 || faults[name].hit === 0),
  ];
}
